"""The words for a sign-in that ended badly: what happened, what to do, who can, where.

Causes and remedies: the domain brief, table B1, rows 1 to 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Way(StrEnum):
    """A button that is the remedy."""

    AGAIN = "again"  # the same sign-in once more
    ELSEWHERE = "elsewhere"  # choose another address
    USAGE_PAGE = "usage_page"  # Connected Apps OAuth Usage in that org
    THERE = "there"  # where the org answers now
    START = "start"  # a setup of its own in the org that was signed in to


@dataclass(frozen=True)
class Explanation:
    title: Words
    happened: Words
    do: tuple[Words, ...]
    who: Words
    ways: tuple[Way, ...] = (Way.AGAIN,)
    copy: Words = ""  # for the colleague who can fix it
    at_central: Words = ""  # told too where the sign-in began at login. or test., which know no local app


YOU = _("You, now.")
ADMIN = _("A Salesforce admin of this org.")
INSTALLER = _("The person who runs this Connect Guide.")

_INSTALL = (
    _("In Salesforce, open Setup, then Connected Apps OAuth Usage."),
    _("Find this app in the list (look at the bottom too) and click Install."),
    _("Come back and sign in again. It may take a few minutes to spread."),
)
_INSTALL_COPY = _(
    "Hello, I am connecting Connect Guide to our Salesforce org. Salesforce does not let me in, "
    "because the app is not installed there. Please open Setup > Connected Apps OAuth Usage and "
    "find the app (look at the bottom of the list too). Then click Install. A System "
    "Administrator can do this. There is no need to give me the permission Approve Uninstalled "
    "Connected Apps. Thank you."
)
_BLOCKED_COPY = _(
    "Hello, I am connecting Connect Guide to our Salesforce org, and Salesforce says that the "
    "app is blocked. Please open Setup > Connected Apps OAuth Usage and find the app (look at "
    "the bottom of the list too). If it is blocked, please check with whoever blocked it, and "
    "then click Unblock. If it only says Install, please click Install. Thank you."
)
_GENERIC_COPY = _(
    "Hello, I am connecting Connect Guide to our Salesforce org, and Salesforce gives an "
    "unexpected error. Most often the app is not installed in the org. Please open Setup > "
    "Connected Apps OAuth Usage and find the app (look at the bottom of the list too). Then "
    "click Install. If it is blocked there, please check with whoever blocked it. If neither is "
    "the case, my user's licence may be for programs only. Thank you."
)
_APPROVE_COPY = _(
    "Hello, I am signing in to Salesforce with Connect Guide. Salesforce says that my user is "
    "not approved for this app. Please open Setup > the app > Manage Permission Sets, and add a "
    "permission set that I have. Or assign me one that is there already. Please leave Permitted "
    "Users as it is."
)

_EC_COPY = _(
    "Hello, I am connecting Connect Guide to our Salesforce org. Salesforce says that its External Client "
    "App is not installed in our org. Please install the app's package there, or tell me who may. "
    "Afterwards the app is listed under Setup > External Client App Manager. Thank you."
)
_SESSION_COPY = _(
    "Hello, I am connecting Connect Guide to our Salesforce org. I can sign in, but Salesforce then refuses "
    "the session. Please open Setup > Session Settings. Are sessions locked to the IP address where they "
    "began? Is High Assurance required? Please also look whether API Access Control lets the app in. The app "
    "has to be allowed to Manage user data via APIs (api). Thank you."
)
_OWN_ADDRESS = _(
    "You signed in at login. or test.salesforce.com, where an app of one org is not known. Choose the org's "
    "own address (My Domain) and sign in there."
)

EXPLANATIONS: dict[str, Explanation] = {
    "access_denied": Explanation(
        _("You clicked Deny"),
        _(
            "Salesforce asked whether Connect Guide may use this org, and the answer was no. Nothing "
            "was connected."
        ),
        (_("Sign in again and click Allow, if you want to go on."),),
        YOU,
    ),
    "app_not_installed": Explanation(
        _("Connect Guide is not installed in this org yet"),
        _(
            "Since September 2025 Salesforce lets most people use an app only once an admin has "
            "installed it in the org."
        ),
        _INSTALL,
        ADMIN,
        (Way.USAGE_PAGE, Way.AGAIN),
        _INSTALL_COPY,
        _OWN_ADDRESS,
    ),
    "ec_app_missing": Explanation(
        _("The External Client App is not installed in this org"),
        _("Connect Guide's app comes in a package, and an admin has to install that package in each org."),
        (
            _("Ask a Salesforce admin to install the app's package in this org."),
            _("The people who run this Connect Guide have the link to the package."),
            _("Then sign in again. It may take a few minutes to spread."),
        ),
        ADMIN,
        (Way.AGAIN, Way.ELSEWHERE),
        _EC_COPY,
        _OWN_ADDRESS,
    ),
    "generic": Explanation(
        _("Salesforce reported an unexpected error"),
        _(
            "Salesforce gives this message for several causes. Most often the app is not "
            "installed in the org. It may also be blocked there, or your user's licence may be "
            "for programs only."
        ),
        (
            *_INSTALL,
            _("If the app is there and says Blocked, ask who blocked it and why before unblocking it."),
            _("If your user is for integrations only, sign in as an admin who can open Setup."),
        ),
        ADMIN,
        (Way.USAGE_PAGE, Way.AGAIN),
        _GENERIC_COPY,
        _OWN_ADDRESS,
    ),
    "blocked": Explanation(
        _("This org blocks the app"),
        _("An admin blocked the app, or it is not installed: Salesforce uses the same words for both."),
        (
            _("In Setup, open Connected Apps OAuth Usage and find the app."),
            _("If it says Unblock, ask who blocked it and why; then click Unblock."),
            _("If it says Install, click Install."),
        ),
        ADMIN,
        (Way.USAGE_PAGE, Way.AGAIN),
        _BLOCKED_COPY,
    ),
    "not_approved": Explanation(
        _("Your user is not approved for this app"),
        _(
            "In this org only users whom an admin approved may use the app. A permission set or "
            "a profile on the app's list approves them."
        ),
        (
            _(
                "Ask an admin to add a permission set that you have to the app. Or let them "
                "assign you one that is on it."
            ),
            _("Then sign in again. It may take up to an hour to spread."),
            _("Don't loosen Permitted Users to get in: that would let everybody in."),
        ),
        ADMIN,
        (Way.AGAIN,),
        _APPROVE_COPY,
    ),
    "wrong_host": Explanation(
        _("Another address answered than the one you chose"),
        _(
            "You were sent to %(asked)s, but the answer came for %(answered)s. To be safe, nothing "
            "was connected."
        ),
        (
            _("Check the My Domain address: it is in the address bar when you work in the org."),
            _("If the org was renamed, use its new address."),
            _("If you don't know it, choose Production or Sandbox instead."),
        ),
        YOU,
        (Way.ELSEWHERE,),
    ),
    "different_org": Explanation(
        _("That is a different org"),
        _(
            "You are reconnecting %(expected)s, but you signed in to %(got)s. It was disconnected "
            "again at once."
        ),
        (
            _("Sign out of Salesforce in this browser, or use a private window."),
            _("Then reconnect, and sign in to %(expected)s."),
            _("To work in %(got)s too, connect it as an org of its own."),
        ),
        YOU,
        (Way.AGAIN, Way.ELSEWHERE),
    ),
    "same_name_org": Explanation(
        _("Another org of the same name"),
        _(
            "You signed in to %(got)s. Its org id is another than that of %(expected)s, which you know. "
            "So it was ended again at once."
        ),
        (
            _("Was the sandbox refreshed? Then it is a new org, with a new org id, and begins anew."),
            _("In that case start a setup there. The old one keeps its history."),
            _("Else you have two orgs of that name: sign in to the other one."),
        ),
        YOU,
        (Way.START, Way.AGAIN),
    ),
    "org_moved": Explanation(
        _("This org has a new address"),
        _("The org's My Domain was renamed: it is at %(moved_to)s now. Nothing was connected."),
        (
            _("Sign in at the new address. We know the org again by its id."),
            _("If you don't know that address, ask a Salesforce admin of the org first."),
        ),
        YOU,
        (Way.THERE, Way.ELSEWHERE),
    ),
    "session_refused": Explanation(
        _("Salesforce let you in, but then refused the session"),
        _("The sign-in worked, but Salesforce does not take what it just gave us. A setting does that."),
        (
            _(
                "In Setup, under Session Settings, look at Lock sessions to the IP address from which they "
                "originated."
            ),
            _("Look there too whether High Assurance is required of sessions, also on your profile."),
            _("With API Access Control, the app has to be installed and approved in the org."),
            _("The app has to be allowed to Manage user data via APIs (api): see its settings."),
            _("Once that is changed, sign in again. Before that, it would end the same way."),
        ),
        ADMIN,
        (Way.AGAIN,),
        _SESSION_COPY,
    ),
    "session_level": Explanation(
        _("Salesforce wants a safer sign-in"),
        _("The org lets only High Assurance sessions use this app, and yours is not one."),
        (
            _("Sign in again and verify yourself, with a passkey or a security key for example."),
            _("If you are not asked to, an admin can look under Session Settings."),
        ),
        ADMIN,
    ),
    "not_finished": Explanation(
        _("The sign-in was not finished at Salesforce"),
        _("Salesforce needs you to sign in and answer its questions, and that did not happen."),
        (_("Sign in again, and stay on Salesforce's pages until you are back here."),),
        YOU,
    ),
    "inactive_org": Explanation(
        _("This org is not active"),
        _("Salesforce says that the org is locked, closed or suspended. A trial may have ended."),
        (
            _("Check that you signed in to the right org."),
            _("If it is the right one, ask your Salesforce account executive."),
        ),
        ADMIN,
        (Way.AGAIN, Way.ELSEWHERE),
    ),
    "busy": Explanation(
        _("Salesforce is busy with this sign-in"),
        _("Salesforce still works on an earlier request of the same sign-in. That passes by itself."),
        (_("Wait a minute, then sign in again."),),
        YOU,
    ),
    "own_app": Explanation(
        _("This org has an app of its own"),
        _(
            "Connect Guide reaches %(got)s through another app than most orgs. You signed in through the "
            "usual one, so this sign-in was ended again at once."
        ),
        (_("Sign in again from here, to %(got)s: that goes through the right app."),),
        YOU,
    ),
    "guest_different_org": Explanation(
        _("That is a different org"),
        _(
            "The invitation is for %(expected)s, but you signed in to %(got)s. That sign-in was ended again "
            "at once."
        ),
        (
            _("Go back to your invitation and sign in again, as your user in %(expected)s."),
            _("If Salesforce does not ask who you are, use a private window of your browser."),
            _("If the invitation is not meant for you, tell whoever sent it."),
        ),
        YOU,
        (Way.AGAIN,),
    ),
    "guest_org_taken": Explanation(
        _("Somebody works on this org already"),
        _(
            "You signed in to %(got)s, and there is another open setup for it. So that nothing is done "
            "twice, your sign-in was ended again at once."
        ),
        (
            _("Tell whoever sent you the link: it is in the history of their setup too."),
            _("If you meant another org, go back to your invitation and sign in to that one."),
        ),
        _("Whoever sent you the link."),
        (Way.AGAIN,),
    ),
    "org_taken": Explanation(
        _("Your team works on this org already"),
        _(
            "You signed in to %(got)s, and your team has an open setup for it. So that nothing is done "
            "twice, this sign-in was ended again at once."
        ),
        (
            _("Carry on in the open setup of %(got)s: it is in the list of your client orgs."),
            _("If you meant another org, sign in to that one."),
        ),
        YOU,
        (Way.AGAIN,),
    ),
    "state_lost": Explanation(
        _("This sign-in was not started here"),
        _(
            "The answer from Salesforce does not belong to a sign-in that this browser started. That "
            "happens when "
            "it was begun in another browser, under another address of this site, or before you signed out."
        ),
        (_("Start again from here, in one browser."),),
        YOU,
        (Way.ELSEWHERE,),
    ),
    "state_expired": Explanation(
        _("This sign-in took too long"),
        _("A sign-in is good for 15 minutes, so that nobody can pick it up later."),
        (_("Start again."),),
        YOU,
        (Way.ELSEWHERE,),
    ),
    "state_used": Explanation(
        _("This sign-in was used already"),
        _("The page was opened a second time, perhaps by Back or Reload. Nothing was changed."),
        (_("Go back to where you began. Start again only if you are not signed in there."),),
        YOU,
        (Way.ELSEWHERE,),
    ),
    "code_expired": Explanation(
        _("Salesforce no longer accepts this sign-in"),
        _("The one-time code that Salesforce gave was used already or too old."),
        (_("Sign in again. It takes a few seconds."),),
        YOU,
    ),
    "no_code": Explanation(
        _("Salesforce's answer is incomplete"),
        _("Salesforce sent you back without a code and without an error."),
        (_("Sign in again."),),
        YOU,
    ),
    "redirect_uri_mismatch": Explanation(
        _("The app's callback address does not fit"),
        _("The Callback URL of the External Client App differs from the address of this site."),
        (_("Enter exactly this Callback URL in the app's OAuth settings: %(redirect_uri)s"),),
        INSTALLER,
    ),
    "not_configured": Explanation(
        _("Connect Guide has no Salesforce app yet"),
        _("To sign in to an org, this site needs the client id and secret of an External Client App."),
        (
            _("Create the External Client App with this Callback URL: %(redirect_uri)s"),
            _("Then set SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET and start this site again."),
        ),
        INSTALLER,
        (),
    ),
    "invalid_client_id": Explanation(
        _("Salesforce does not know our client id"),
        _(
            "The client id is mistyped, or the app was made in another org. Or it was made "
            "minutes ago: a new app takes up to 10 minutes to work."
        ),
        (_("Compare the consumer key in the app's settings with the configured one, then try again."),),
        INSTALLER,
        (Way.AGAIN, Way.ELSEWHERE),
        at_central=_OWN_ADDRESS,
    ),
    "invalid_client": Explanation(
        _("Salesforce does not accept our client secret"),
        _("The secret of the External Client App was changed or mistyped."),
        (_("Copy the consumer secret from the app's settings again."),),
        INSTALLER,
    ),
    "invalid_scope": Explanation(
        _("The app may not ask for what we need"),
        _("The External Client App lacks one of the scopes api, refresh_token and openid."),
        (_("Add the three scopes to the app's OAuth settings."),),
        INSTALLER,
    ),
    "invalid_request": Explanation(
        _("Salesforce did not accept the request"),
        _("The External Client App is set up in another way than we expect."),
        (
            _(
                "Compare its OAuth settings with the set-up instructions: web server flow with PKCE "
                "and secret."
            ),
        ),
        INSTALLER,
    ),
    "inactive_user": Explanation(
        _("This Salesforce user is not active"),
        _("Salesforce does not let an inactive or frozen user sign in."),
        (_("Sign in as another admin, or ask for the user to be activated."),),
        ADMIN,
    ),
    "ip_restricted": Explanation(
        _("Salesforce does not let this server in"),
        _(
            "The user's profile allows sign-ins from certain IP addresses only, and this site is not "
            "among them."
        ),
        (_("Add the address of this site to the profile's Login IP Ranges, or sign in as another admin."),),
        ADMIN,
    ),
    "login_hours": Explanation(
        _("Outside of this user's login hours"),
        _("The user's profile allows signing in at certain hours only."),
        (_("Try again within these hours, or sign in as another admin."),),
        ADMIN,
    ),
    "api_disabled": Explanation(
        _("This org lets no program in"),
        _("The org's edition, or your user's profile, lets no program in, so nothing can be read."),
        (
            _("Check that your profile has API Enabled."),
            _("If the org is a Group or Professional Edition, ask Salesforce to let programs in."),
        ),
        ADMIN,
    ),
    "limit_reached": Explanation(
        _("This org takes no more requests for now"),
        _("Programs may ask an org so many times in 24 hours, and this one has been asked that often."),
        (_("Try again later: the oldest calls stop counting hour by hour."),),
        YOU,
    ),
    "concurrent_limit": Explanation(
        _("This org has too many requests at the same time"),
        _("Programs send many slow requests to this org just now. We waited and asked again, in vain."),
        (_("Wait a minute, then sign in again."),),
        YOU,
    ),
    "user_limit": Explanation(
        _("Salesforce takes no more requests from this user for now"),
        _("There is a limit for each user, and yours is reached. The org itself has others."),
        (_("Try again in an hour, or sign in as another admin."),),
        YOU,
    ),
    "other_limit": Explanation(
        _("A limit of this org is reached"),
        _("Salesforce takes no more requests for now. Its own words, below, say which limit that is."),
        (_("Try again in an hour. If it stays so, show the details below to a Salesforce admin."),),
        YOU,
    ),
    "rate_limited": Explanation(
        _("Too many sign-ins at once"),
        _("Salesforce asks us to slow down."),
        (_("Wait a minute, then sign in again."),),
        YOU,
    ),
    "no_network": Explanation(
        _("Salesforce could not be reached"),
        _("We asked Salesforce to finish the sign-in and got no answer in time. Nothing was connected."),
        (
            _("Sign in again in a minute."),
            _("If you typed a My Domain address, check it: a mistyped one does not exist."),
        ),
        YOU,
        (Way.AGAIN, Way.ELSEWHERE),
    ),
    "salesforce_down": Explanation(
        _("Salesforce is not available"),
        _("Salesforce is down or under maintenance just now."),
        (_("Look at status.salesforce.com, then sign in again."),),
        YOU,
    ),
    "unknown": Explanation(
        _("The sign-in did not work"),
        _("Salesforce gave a reason that we don't know."),
        (
            _("Start the sign-in again."),
            _("If it happens again, send the details below to a Salesforce admin or to the support team."),
        ),
        YOU,
        (Way.AGAIN, Way.ELSEWHERE),
    ),
}

#: Why an address is refused (`hosts.HostRefused.code`), for the form.
HOST_REFUSED: dict[str, Words] = {
    "empty": _("Type the org's My Domain address."),
    "too_long": _("This address is too long. The part up to the first slash is enough."),
    "not_ascii": _(
        "This address has letters that Salesforce's addresses never have. Copy it from the address bar."
    ),
    "not_an_address": _("This is not an address. Copy it from the address bar while you are in the org."),
    "scheme": _("The address has to begin with https://."),
    "user_info": _(
        "This address has a user name in it (the part before the @). We never send anybody to such "
        "an address."
    ),
    "port": _("Salesforce's addresses have no port (the number after the colon)."),
    "ip_address": _(
        "This is a number address. Type the org's My Domain address, such as acme.my.salesforce.com."
    ),
    "punycode": _(
        "This address is written in a way that can imitate another one (xn--). Salesforce's "
        "addresses never are."
    ),
    "not_https": _("This address is not encrypted (http). Only https addresses are allowed."),
    "instance_host": _(
        "This is the address of a server, not of the org. Open Setup, then My Domain, and copy the "
        "address there."
    ),
    "not_a_login_host": _(
        "This address belongs to Salesforce, but nobody signs in to an org there. Open Setup, then My "
        "Domain, and copy the address there."
    ),
    "site_host": _(
        "This is the address of a site for customers or partners, such as an Experience Cloud site. The "
        "org itself has another address. Open Setup, then My Domain, and copy that one."
    ),
    "not_salesforce": _(
        "This address does not belong to Salesforce, so we don't send you there. An org's address "
        "ends in .my.salesforce.com."
    ),
}

#: Added where the address tells which org is meant; that host is in the field by then.
HOST_PROPOSED: Words = _("Did you mean %(host)s? It is in the field now: check it, then sign in.")
