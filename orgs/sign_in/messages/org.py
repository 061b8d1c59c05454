"""Who came back from another org than was meant, or from one that cannot be connected."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orgs.sign_in.messages.explanation import ADMIN, YOU, Explanation, Way

EXPLANATIONS: dict[str, Explanation] = {
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
    "another_place": Explanation(
        _("This org is known from another address"),
        _("An org with this id is connected at %(asked)s. Another address answered, so nothing was kept."),
        (
            _("Sign in to %(expected)s where it was connected."),
            _("If you did not expect this, tell the person who runs this Connect Guide."),
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
    "sent_elsewhere": Explanation(
        _("The org's address sent us elsewhere"),
        _("We don't follow: our sign-in is for that address only. Nothing was connected."),
        (
            _("Check the org's address: in Setup, open My Domain, and copy it from there."),
            _("If it is right, try again in some minutes."),
        ),
        YOU,
        (Way.AGAIN, Way.ELSEWHERE),
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
    "guest_same_name_org": Explanation(
        _("Another org of the same name"),
        _(
            "You signed in to %(got)s. Its org id is another than that of %(expected)s, which the invitation "
            "is for. So that sign-in was ended again at once."
        ),
        (
            _("Is one of them a sandbox, or an older org? Go back and sign in to the other one."),
            _("If Salesforce does not ask who you are, use a private window of your browser."),
            _("Was the sandbox refreshed? Then it is a new org: ask whoever sent the link for a new one."),
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
}
