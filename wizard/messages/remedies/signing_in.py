"""Codes of a sign-in and of its renewal (fact sheet, sections 4 and 7)."""

from __future__ import annotations

from wizard.guides.text import gettext_noop as _
from wizard.messages.remedies.calls import LATER
from wizard.messages.remedies.remedy import (
    ADMIN,
    APP_ADMIN,
    OPERATOR,
    USER_ADMIN,
    Remedy,
    remedy,
)

_RECONNECT = remedy(
    _(
        "Salesforce no longer accepts our sign-in. Somebody ended it there, or Salesforce itself did. "
        "It freezes a user whose calls come from a risky or unusual network."
    ),
    _(
        "Ask an administrator whether Salesforce froze the user. If it did, the cause has to be found first. "
        "Else sign in to the org again, or send the client a link to do it. The setup stays as it is."
    ),
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
_IDENTITY = remedy(
    _("Salesforce's identity service refused to tell who is signed in."),
    _("Sign in to the org again. If it stays so, show Salesforce's word to an administrator."),
    ADMIN,
    sign_in=True,
    quotes=True,
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
    _("Ask for a permission set of the app. It may take up to an hour to work."),
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

REMEDIES: dict[str, Remedy] = {
    "access_denied": remedy(
        _("**Deny** was clicked on Salesforce's page."), _("Sign in again and click **Allow**.")
    ),
    "invalid_grant": _RECONNECT,
    "INVALID_SESSION_ID": _RECONNECT,
    "INVALID_LOGIN": _RECONNECT,
    "Bad_OAuth_Token": _RECONNECT,
    "Missing_OAuth_Token": _RECONNECT,
    "Wrong_Org": _IDENTITY,
    "No_Access": _IDENTITY,
    "Bad_Id": _IDENTITY,
    "Inactive": _NOT_ACTIVE,
    "NO_REFRESH_TOKEN": remedy(
        _("The sign-in has expired, and Salesforce gave us nothing to renew it with."),
        _(
            "Sign in again. To make it last, allow our app to **Perform requests at any time (refresh_token, "
            "offline_access)**. Choose another **Refresh Token Policy** than **Immediately expire refresh "
            "token**."
        ),
        sign_in=True,
    ),
    "APP_REMOVED": remedy(
        _("The key and secret of the app that this org was connected through are not stored any more."),
        _("Sign in again, through the app that is stored now."),
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
    "rate_limit_exceeded": LATER,
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
    "ORG_LOCKED": _ORG_OFF,
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": remedy(
        _("The password of the Salesforce user of our sign-in has expired."),
        _("That user chooses a new one in Salesforce. Then try again, or sign in as another user."),
        retry=True,
        sign_in=True,
    ),
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
}
