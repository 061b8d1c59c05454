"""What Salesforce says of our app: not installed, blocked, not approved, not as it was set up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orgs.sign_in.messages.explanation import ADMIN, INSTALLER, OWNER, YOU, Explanation, Way

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
    "own_app": Explanation(
        _("This org has an app of its own"),
        _(
            "Connect Guide reaches %(got)s through another app than most orgs. You signed in through the "
            "usual one, so this sign-in was ended again at once."
        ),
        (_("Sign in again from here, to %(got)s: that goes through the right app."),),
        YOU,
    ),
    "redirect_uri_mismatch": Explanation(
        _("The app's callback address does not fit"),
        _("The Callback URL of the External Client App differs from the address of this site."),
        (
            _("Enter exactly this Callback URL in the app's OAuth settings: %(redirect_uri)s"),
            _("Compare letter by letter: http or https, the name, the port, the slash at the end."),
            _("Plain http is for localhost only: Salesforce takes no 127.0.0.1."),
        ),
        INSTALLER,
    ),
    "not_configured": Explanation(
        _("Connect Guide has no Salesforce app yet"),
        _("To sign in to an org, this site needs the client id and secret of an External Client App."),
        (
            _("Open Connect a real org. It says step by step how to register the app."),
            _("Paste the app's key and secret there. Then sign in again."),
        ),
        OWNER,
        (Way.REGISTER, Way.AGAIN),
    ),
    "invalid_client_id": Explanation(
        _("Salesforce does not know our client id"),
        _(
            "The client id is mistyped, or the app was made in another org. Or it was made "
            "minutes ago: a new app takes up to 10 minutes to work."
        ),
        (
            _("If the app was made within the last ten minutes, wait, then sign in again."),
            _("Otherwise copy the Consumer Key again. An owner pastes it on the page Connect a real org."),
        ),
        INSTALLER,
        (Way.AGAIN, Way.ELSEWHERE),
        at_central=_OWN_ADDRESS,
    ),
    "invalid_client": Explanation(
        _("Salesforce does not accept our client secret"),
        _("The secret was mistyped, or somebody made a new one in Salesforce. A new one ends the old one."),
        (
            _("Copy the Consumer Secret from the app's settings again."),
            _("An owner pastes key and secret on the page Connect a real org. Then sign in again."),
        ),
        OWNER,
        (Way.REGISTER, Way.AGAIN),
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
}
