"""The invited person's pages: what the link is for, the way to Salesforce, and coming back from there."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orgs.forms import WhereForm
from orgs.sign_in import flow
from orgs.sign_in import problem_page as problems
from orgs.sign_in.callbacks import SignInResult
from orgs.sign_in.errors import SignInProblem
from orgs.views.sign_in import problem_page
from teams import limits, reauth
from teams.access import guests_too
from teams.http import SignedInRequest
from teams.models import User
from wizard.actions import admit
from wizard.guests import invitations
from wizard.models import GuestInvitation

KIND = "guest"
MAY_SIGN_IN = ("new", "used", "here")
SESSION_KEY = "guest_invitation"
TURNED_AWAY = "guest_turned_away"
# How the refusals of `admit` that are not about the link itself are explained.
PROBLEMS = {"different_org": "guest_different_org", "taken": "guest_org_taken"}


@guests_too
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """The link. Looking changes nothing (mail scanners look too); a POST begins the sign-in."""
    return _page(request, invitations.by_token(token))


@guests_too
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest) -> HttpResponse:
    """The same page again without the link: after a problem, and when a guest proves who they are."""
    if "turned-away" in request.GET and (why := request.session.pop(TURNED_AWAY, "")):
        return over(request, why)  # once: kept out of the address that Salesforce's code is in
    return _page(request, _known(request))


def _known(request: HttpRequest) -> GuestInvitation | None:
    begun = invitations.by_key(request.session.get(SESSION_KEY, ""))
    again = "another" in request.GET or "another" in request.POST
    if isinstance(request.user, User) and request.user.is_guest and not (begun and again):
        return invitations.last_of(request.user)
    return begun  # also a guest's, who came to grief with another link


def _page(request: HttpRequest, invitation: GuestInvitation | None) -> HttpResponse:
    why = invitations.closed_reason(invitation)
    if invitation is None or why:
        return over(request, why)
    asks_where = not invitations.origin_of(invitation.setup.org)
    form = WhereForm(request.POST if request.method == "POST" else None) if asks_where else None
    standing = _standing(request, invitation)
    if request.method != "POST" or standing not in MAY_SIGN_IN:
        return _show(request, invitation, standing, form)
    if form is not None and not form.is_valid():
        return _show(request, invitation, standing, form, status=422)
    return _to_salesforce(request, invitation, form)


def _standing(request: HttpRequest, invitation: GuestInvitation) -> str:
    """Who looks: somebody new, or with a link that somebody used; the guest who is here already; a
    member of the team; somebody else. A guest who gets another link is somebody new."""
    user = request.user
    if isinstance(user, User) and invitation.used_by_id == user.pk:
        return "here"
    if not isinstance(user, User) or user.is_guest:
        return "used" if invitation.used_by_id else "new"
    team = invitation.setup.org.team_id
    return "member" if user.memberships.filter(team=team).exists() else "somebody"


def _show(
    request: HttpRequest,
    invitation: GuestInvitation,
    standing: str,
    form: WhereForm | None,
    status: int = 200,
) -> HttpResponse:
    setup = invitation.setup
    stages = [setup.guide.stage(key) for key in invitation.stages]
    looks = request.user.pk if isinstance(request.user, User) else invitation.used_by_id
    ctx = {
        "invitation": invitation,
        "setup": setup,
        "org": setup.org,
        "team": setup.org.team,
        "stages": stages,
        "minutes": sum(stage.minutes for stage in stages),
        "standing": standing,
        "may_sign_in": standing in MAY_SIGN_IN,
        "keeps": invitations.may_become_connection(invitation),
        "is_connection": invitations.is_connection_of(looks, setup.org),
        "form": form,
        "another": "another" in request.GET,
        "next": reauth.safe_next(request, request.GET.get("next", ""), ""),
    }
    return render(request, "wizard/guest.html", ctx, status=status)


def over(request: HttpRequest, why: str) -> HttpResponse:
    status = 404 if why == "unknown" else 410
    ctx = {"why": why, "days": invitations.LIFETIME.days}
    return render(request, "wizard/guest_over.html", ctx, status=status)


def _to_salesforce(request: HttpRequest, invitation: GuestInvitation, form: WhereForm | None) -> HttpResponse:
    if seconds := limits.coming_as_guest(invitation.pk):
        return limits.refused(request, seconds)
    org = invitation.setup.org
    request.session[SESSION_KEY] = str(invitation.pk)
    try:
        address = flow.start(
            request,
            form.cleaned_data["origin"] if form else invitations.origin_of(org),
            reauth.safe_next(request, request.POST.get("next", ""), ""),
            team=org.team,
            org=org,
            # Who is here already proves who they are: Salesforce must not answer for an open browser.
            # And where nobody knows the org yet, its open session must not choose one.
            as_another=request.user.is_authenticated or "another" in request.POST or not org.is_bound,
            kind=KIND,
            about=str(invitation.pk),
            back=f"{reverse('wizard:guest')}?another",
            visitor=True,
            # Only what the page said when they pressed: the connection may have been lost since.
            keeps=invitations.may_become_connection(invitation) and "keeps" in request.POST,
        )
    except SignInProblem as problem:
        return problem_page(request, problem)
    return HttpResponseRedirect(address)


def came_back(request: HttpRequest, arrival: SignInResult) -> tuple[HttpResponse, bool]:
    """The end of a guest's sign-in: let in, or told why not."""
    known = invitations.by_key(arrival.sign_in.about)
    if known is not None and _standing(request, known) not in MAY_SIGN_IN:
        return redirect("wizard:guest"), False  # somebody signed in here meanwhile: sessions are never mixed
    try:
        entry, kept = admit.admit(arrival)
    except admit.Refused as refused:
        if refused.why not in PROBLEMS:
            request.session[TURNED_AWAY] = refused.why
            return redirect(f"{reverse('wizard:guest')}?turned-away"), False
        code = PROBLEMS[refused.why]
        if known is not None and code == "guest_different_org" and flow.is_namesake(known.setup.org, arrival):
            code = "guest_same_name_org"
        return problems.tell(request, SignInProblem(code, sign_in=arrival.sign_in, **refused.params)), False
    login(request, entry.user, backend="teams.backends.Accounts")
    if arrival.sign_in.fresh:  # an open session at Salesforce may have answered anybody else
        reauth.note_sign_in(request, entry.user, "salesforce")
    request.session.pop(SESSION_KEY, None)
    default = reverse("wizard:stage", args=[entry.setup.pk, entry.stage])
    return redirect(reauth.safe_next(request, arrival.sign_in.next_url, default)), kept


def home(request: SignedInRequest) -> HttpResponse:
    """A guest's first page: their setup."""
    mine = invitations.setups_of(request.user)
    if len(mine) == 1:
        return redirect("wizard:setup", mine[0].pk)
    if not mine:
        return over(request, "ended")
    return render(request, "wizard/guest_home.html", {"setups": mine})
