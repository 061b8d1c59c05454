"""Salesforce's own codes (fact sheet, sections 4, 7 and 8), and the client's where it gave none."""

from __future__ import annotations

from wizard.guides.text import gettext_noop as _
from wizard.messages.remedies.remedy import (
    ADMIN,
    APP_ADMIN,
    ASSIGN_ADMIN,
    NOBODY,
    OPERATOR,
    USER_ADMIN,
    Remedy,
    remedy,
)

_RECONNECT = remedy(
    _("Salesforce no longer accepts our sign-in."),
    _("Sign in to the org again. The setup stays as it is."),
    sign_in=True,
)
_BUSY = remedy(
    _("Salesforce was busy with our sign-in and did not renew it. We keep it as it is."),
    _("Try again in a minute."),
    retry=True,
)
_BLOCKED = remedy(
    _("An administrator blocked the app in this org."),
    _("Ask who blocked it and why. Then click **Unblock** under **Connected Apps OAuth Usage**."),
    ADMIN,
    "connected_apps_usage",
    sign_in=True,
)
_NOT_ACTIVE = remedy(
    _("The Salesforce user of our sign-in is inactive or frozen, so Salesforce ended it."),
    _(
        "Sign in as another user, or have that user put right. A VPN or an unusual network can be why "
        "Salesforce froze it."
    ),
    USER_ADMIN,
    "users",
    sign_in=True,
)
_EC_APP = remedy(
    _("The External Client App of Connect Guide is not installed in this org."),
    _("Install the app's package there, then try again. The people who run Connect Guide have its link."),
    ADMIN,
    retry=True,
)
_ORG_OFF = remedy(
    _("Salesforce says that this org is locked, closed or suspended."),
    _("Ask your Salesforce account executive. We keep our sign-in, so you can go on afterwards."),
    ADMIN,
    retry=True,
)
_SIGN_IN_AGAIN = remedy(
    _("The sign-in took too long or was used twice."), _("Start the sign-in again."), retry=True
)
_NOT_APPROVED = remedy(
    _("An administrator has not approved you for this app."),
    _("Ask for a permission set that is on the app. It may take up to an hour to work."),
    APP_ADMIN,
    "connected_apps",
)
_GENERIC = remedy(
    _("Salesforce refused the sign-in. Most often the app is not installed in the org."),
    _("Install the app under **Connected Apps OAuth Usage**, then sign in again."),
    ADMIN,
    "connected_apps_usage",
)
_OUR_APP = remedy(
    _("Connect Guide's own app is not set up as Salesforce expects."),
    _("Check the app's client id, secret and callback address."),
    OPERATOR,
)
_API_OFF = remedy(
    _("The org does not allow programs to call it."),
    _("Check the org's edition and the permission **API Enabled**. You can still go on by hand."),
    ADMIN,
)
_NO_ACCESS = remedy(
    _("Salesforce says that you lack a permission for this."),
    _("See **Before you start** for its name, or do the step by hand as somebody else."),
    ADMIN,
)
_NO_SETUP = remedy(
    _("This org does not show that to you. It may not be installed, or you lack a permission."),
    _("Check that the package is installed and that you hold **View Setup and Configuration**."),
    ADMIN,
    "installed_packages",
)
_BUG = remedy(
    _("Salesforce did not understand our request."),
    _("Copy the details and send them to the people who run Connect Guide. You can go on by hand."),
    OPERATOR,
)
_THERE = remedy(_("It was there already."), _("Check again. Nothing was made twice."), NOBODY, retry=True)
_LATER = remedy(_("Salesforce is busy or down."), _("Try again in some minutes."), retry=True)
_NO_ANSWER = remedy(
    _("Salesforce did not answer in time, or the connection broke."),
    _("Try again. We look first what was done, so nothing is made twice."),
    retry=True,
)
_GONE = remedy(
    _("The record is no longer in the org."), _("Check again to see what is there now."), retry=True
)

REMEDIES: dict[str, Remedy] = {
    # Signing in and tokens
    "access_denied": remedy(
        _("**Deny** was clicked on Salesforce's page."), _("Sign in again and click **Allow**.")
    ),
    "invalid_grant": _RECONNECT,
    "INVALID_SESSION_ID": _RECONNECT,
    "INVALID_LOGIN": _RECONNECT,
    "Bad_OAuth_Token": _RECONNECT,
    "Missing_OAuth_Token": _RECONNECT,
    "Wrong_Org": _RECONNECT,
    "NO_REFRESH_TOKEN": remedy(
        _("The sign-in has expired, and Salesforce gave us nothing to renew it with."),
        _(
            "Sign in again. To make it last, allow our app to **Perform requests at any time (refresh_token, "
            "offline_access)**. Choose another **Refresh Token Policy** than **Immediately expire refresh "
            "token**."
        ),
        sign_in=True,
    ),
    "DISCONNECTED": _RECONNECT,
    "INVALID_GRANT": _RECONNECT,
    "invalid_client_id": _OUR_APP,
    "invalid_client": _GENERIC,
    "redirect_uri_mismatch": _OUR_APP,
    "unsupported_grant_type": _OUR_APP,
    "invalid_scope": _OUR_APP,
    "invalid_request": _SIGN_IN_AGAIN,
    "rate_limit_exceeded": _LATER,
    "invalid_app_access": _NOT_APPROVED,
    "OAUTH_APP_ACCESS_DENIED": _NOT_APPROVED,
    "OAUTH_APPROVAL_ERROR_GENERIC": _GENERIC,
    "OAUTH_AUTHORIZATION_BLOCKED": _BLOCKED,
    "OAUTH_APP_BLOCKED": _BLOCKED,
    "app_blocked": _BLOCKED,
    "OAUTH_EC_APP_NOT_FOUND": _EC_APP,
    "app_not_found": _EC_APP,
    "inactive_user": _NOT_ACTIVE,
    "inactive_org": _ORG_OFF,
    "ip_restricted": remedy(
        _("Salesforce does not let our server in: the user's profile allows other IP addresses."),
        _("Add our address to **Login IP Ranges** of the profile, or sign in as another user."),
        ADMIN,
        sign_in=True,
    ),
    "login_hours": remedy(
        _("Salesforce refused: it is outside of the user's login hours, or our address is not allowed."),
        _("Try again within these hours, or sign in as another user. We keep our sign-in."),
        ADMIN,
        retry=True,
        sign_in=True,
        quotes=True,
    ),
    "TOKEN_ENDPOINT_BUSY": _BUSY,
    "TOKEN_REFUSED": remedy(
        _("Salesforce did not renew our sign-in, for a reason that we don't know. We keep the sign-in."),
        _("Try again in some minutes. If it stays so, sign in to the org again."),
        retry=True,
        sign_in=True,
        quotes=True,
    ),
    "ORG_MOVED": remedy(
        _("The org's My Domain was renamed: the org has a new address."),
        _("Sign in to the org there. The setup stays as it is: we know the org again by its id."),
        sign_in=True,
        quotes=True,
    ),
    "SESSION_REFUSED": remedy(
        _(
            "Salesforce renewed our sign-in and then refused the session. A setting of the org does that, "
            "so signing in again alone does not help."
        ),
        _(
            "See **Session Settings**: are sessions locked to one IP address, or is **High Assurance** "
            "required? **API Access Control** can be why too, or an app without **Manage user data via APIs "
            "(api)**."
        ),
        ADMIN,
        retry=True,
        quotes=True,
    ),
    "unsupported_token_type": _RECONNECT,
    "invalid_token": _RECONNECT,
    # Limits and weather
    "REQUEST_LIMIT_EXCEEDED": remedy(
        _("The org has used up the requests that Salesforce allows programs in any 24 hours."),
        _("Calls come back hour by hour. Try again in an hour, and go on by hand meanwhile."),
        retry=True,
    ),
    "CONCURRENT_LIMIT": remedy(
        _("Too many slow requests ran in the org at the same time. We waited and asked again, in vain."),
        _("Try again in a minute. The calls of the day are not used up by this."),
        retry=True,
    ),
    "USER_LIMIT": remedy(
        _("Salesforce takes no more requests from the user of our sign-in for now."),
        _("Try again in an hour, or sign in as another user: each has a limit of its own."),
        retry=True,
        quotes=True,
    ),
    "OTHER_LIMIT": remedy(
        _("A limit of the org is reached, so Salesforce takes no more requests for now."),
        _("Try again in an hour. If it stays so, show Salesforce's words to an administrator."),
        ADMIN,
        retry=True,
        quotes=True,
    ),
    "INVALID_QUERY_LOCATOR": remedy(
        _("Salesforce dropped a long list while we were reading it, several times in a row."),
        _("Try again in some minutes, when less happens in the org."),
        retry=True,
    ),
    "COMPOSITE_REFUSED": remedy(
        _("This org takes single calls only and refuses composite ones, which our changes need."),
        _("Make the changes by hand: choose Show me how. We still read, and lines turn green."),
        ADMIN,
    ),
    "SERVER_UNAVAILABLE": _LATER,
    "MAINTENANCE_PAGE": _LATER,
    "TOO_MANY_REQUESTS": _LATER,
    "UNKNOWN_EXCEPTION": _LATER,
    "HTTP_420": _LATER,
    "HTTP_429": _LATER,
    "HTTP_500": _LATER,
    "HTTP_502": _LATER,
    "HTTP_504": _LATER,
    "TIMEOUT": _NO_ANSWER,
    "CONNECTION_LOST": _NO_ANSWER,
    "UNREADABLE_ANSWER": _NO_ANSWER,
    "ANSWER_TOO_LARGE": _NO_ANSWER,
    "UNEXPECTED_REDIRECT": remedy(
        _("The org's address sent us elsewhere. We don't follow: our sign-in is for that address only."),
        _("Try again in some minutes. If it stays so, sign in again and check the org's address."),
        retry=True,
        sign_in=True,
    ),
    "UNABLE_TO_LOCK_ROW": remedy(
        _("Somebody else was changing the same record."),
        _("Try again. Only what is missing is sent."),
        retry=True,
    ),
    "API_VERSION_REFUSED": remedy(
        _("The org does not know the version of Salesforce that we asked for."),
        _("Click **Check again**: we ask the org for its versions first and take one of them."),
        retry=True,
    ),
    "API_DISABLED_FOR_ORG": _API_OFF,
    "API_CURRENTLY_DISABLED": _API_OFF,
    # Rights
    "INSUFFICIENT_ACCESS": _NO_ACCESS,
    "INSUFFICIENT_ACCESS_OR_READONLY": _NO_ACCESS,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": _NO_ACCESS,
    # The fact sheet knows it without a cause, so nobody is sent to look for a permission alone.
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": remedy(
        _("Salesforce refused to save this. A permission may be missing, or a trigger or rule forbids it."),
        _("Read the details: they hold Salesforce's own words. Put right what they name, then try again."),
        ADMIN,
        retry=True,
    ),
    "INVALID_TYPE": _NO_SETUP,
    "INVALID_FIELD": _NO_SETUP,
    "FIELDS_MISSING": _NO_SETUP,
    "NOT_FOUND": _NO_SETUP,
    # Writes
    "DUPLICATE_VALUE": _THERE,
    "DUPLICATE_DEVELOPER_NAME": _THERE,
    "PROCESSING_HALTED": remedy(
        _("This was not sent, because something before it was refused."),
        _("Solve that first, then try again. Only what is missing is sent."),
        retry=True,
    ),
    "FIELD_INTEGRITY_EXCEPTION": remedy(
        _("The person's licence does not allow a permission in this set."),
        _("Give the person a full Salesforce licence, or take them off the list."),
        USER_ADMIN,
        "users",
    ),
    "PACKAGE_LICENSE_REQUIRED": remedy(
        _("The person has no seat of the Marketing Cloud Connect package."),
        _("Assign a seat under **Installed Packages**, **Manage Licenses**."),
        ADMIN,
        "installed_packages",
    ),
    "INACTIVE_OWNER_OR_USER": remedy(
        _("The person is not active."),
        _("Switch the user on, or take them off the list."),
        USER_ADMIN,
        "users",
    ),
    "CANNOT_MODIFY_MANAGED_OBJECT": remedy(
        _("Salesforce lets no program change this: the set or the app belongs to a package."),
        _("Do it by hand: on the app's page, click **Manage Permission Sets** and select your own set."),
        APP_ADMIN,
        "connected_apps",
        by_hand=True,
    ),
    "INVALID_FIELD_FOR_INSERT_UPDATE": _BUG,
    "MIXED_DML_OPERATION": _BUG,
    "REQUIRED_FIELD_MISSING": _BUG,
    "MALFORMED_QUERY": _BUG,
    "MALFORMED_ID": _BUG,
    "JSON_PARSER_ERROR": _BUG,
    "METHOD_NOT_ALLOWED": _BUG,
    "UNSUPPORTED_MEDIA_TYPE": _BUG,
    "HTTP_400": _BUG,
    "HTTP_403": _NO_ACCESS,
    "HTTP_405": _BUG,
    "HTTP_414": _BUG,
    "HTTP_415": _BUG,
    "HTTP_431": _BUG,
    "INVALID_CROSS_REFERENCE_KEY": _GONE,
    "ENTITY_IS_DELETED": _GONE,
    "DELETE_FAILED": remedy(
        _("Salesforce refused the deletion, most often because the set is still assigned."),
        _("Remove the other assignments first, or leave the set."),
        ASSIGN_ADMIN,
        "permission_sets",
    ),
}
