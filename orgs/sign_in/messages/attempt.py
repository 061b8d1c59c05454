"""One attempt that was not waited for, ran out or was not finished."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orgs.sign_in.messages.explanation import ADMIN, YOU, Explanation, Way

_SESSION_COPY = _(
    "Hello, I am connecting Connect Guide to our Salesforce org. I can sign in, but Salesforce then refuses "
    "the session. Please open Setup > Session Settings. Are sessions locked to the IP address where they "
    "began? Is High Assurance required? Please also look whether API Access Control lets the app in. The app "
    "has to be allowed to Manage user data via APIs (api). Thank you."
)

EXPLANATIONS: dict[str, Explanation] = {
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
    "busy": Explanation(
        _("Salesforce is busy with this sign-in"),
        _("Salesforce still works on an earlier request of the same sign-in. That passes by itself."),
        (_("Wait a minute, then sign in again."),),
        YOU,
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
    "grant_ended": Explanation(
        _("Salesforce has ended this sign-in"),
        _("What we keep of the sign-in is not valid any more: it expired, or somebody revoked it."),
        (
            _("Sign in to the org again. The setup stays as it is."),
            _("If that happens again soon, ask an admin about the app's Refresh Token Policy."),
        ),
        YOU,
    ),
    "authentication_failure": Explanation(
        _("Salesforce calls it an authentication failure"),
        _(
            "Salesforce says so where a user may not reach the org through the app. A setting of the app or "
            "of the org can be why, or a login flow that was not finished."
        ),
        (
            _("Open the org in this browser, and finish whatever Salesforce asks of you there."),
            _("Then sign in here again."),
            _("If it stays so, an admin finds the reason in Setup, under Login History."),
            _("The admin also looks whether your profile has API Enabled, and at the app's policies."),
        ),
        ADMIN,
    ),
    "identity_refused": Explanation(
        _("Salesforce does not tell us who signed in"),
        _(
            "The sign-in worked, but Salesforce's identity service then refused. Its own word is in the "
            "details below, and we know no more than that."
        ),
        (
            _("Sign in again, as a user who works in this org."),
            _("If it ends the same way, show the details below to a Salesforce admin."),
        ),
        ADMIN,
        (Way.AGAIN, Way.ELSEWHERE),
    ),
    "no_code": Explanation(
        _("Salesforce's answer is incomplete"),
        _("Salesforce sent you back without a code and without an error."),
        (_("Sign in again."),),
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
