"""The owner's pages: who is in the team, what each may do, who is asked in."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from teams import limits, mfa, reauth
from teams.access import ALLOWED, Action, fetch_for, teams_for
from teams.audit.record import record
from teams.forms import InviteForm, RoleForm
from teams.http import SignedInRequest
from teams.membership import invitations, members
from teams.membership.roles import DOES, who_may
from teams.models import MEMBER_ROLES, Invitation, Membership, Role, Team


def fetch_team(request: SignedInRequest, team_id: uuid.UUID, action: Action = Action.MANAGE) -> Team:
    return fetch_for(request.user, action, Team.objects.all(), team_field="pk", pk=team_id)


@require_GET
def teams(request: SignedInRequest) -> HttpResponse:
    """The one team that the person manages, or the choice between several."""
    mine = list(teams_for(request.user, Action.MANAGE)[:50])
    if len(mine) == 1:
        return redirect("teams:team", mine[0].pk)
    if not mine:
        raise Http404
    return render(request, "teams/teams.html", {"teams": mine})


@never_cache
@require_GET
def team(request: SignedInRequest, team_id: uuid.UUID) -> HttpResponse:
    return _page(request, fetch_team(request, team_id), InviteForm())


def _page(request: SignedInRequest, found: Team, form: InviteForm, status: int = 200) -> HttpResponse:
    memberships = list(
        found.memberships.filter(user__is_program=False).select_related("user").order_by("user__name")
    )
    secured = mfa.with_factor([each.user_id for each in memberships])
    ctx = {
        "team": found,
        "rows": [(each, each.user_id in secured) for each in memberships],
        "invitations": Invitation.objects.open().filter(team=found).select_related("invited_by"),
        "form": form,
        "roles": [(role, DOES[role]) for role in MEMBER_ROLES],
        "guests": found.guests.filter(ended_at=None).aggregate(n=Count("pk", Q()))["n"],
        "who_may": who_may(),
        "all_roles": list(Role),
        "owners": sum(each.role == Role.OWNER for each in memberships),
        "demo_needs_none": settings.TRYOUT and any(each.user.is_demo for each in memberships),
    }
    return render(request, "teams/team.html", ctx, status=status)


@require_POST
def invite(request: SignedInRequest, team_id: uuid.UUID) -> HttpResponse:
    found = fetch_team(request, team_id)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    if asked := reauth.ask_first(request, reverse("teams:team", args=[found.pk])):
        return asked
    email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
    if found.memberships.filter(user__email__iexact=email).exists():
        messages.info(request, _("%(email)s is in the team already.") % {"email": email})
        return redirect("teams:team", found.pk)
    if seconds := limits.inviting(request.user):
        return limits.refused(request, seconds)
    invitations.invite(request, found, email, role, request.user)
    messages.success(
        request, _("We sent an invitation to %(email)s. It works once, for 7 days.") % {"email": email}
    )
    return redirect("teams:team", found.pk)


@require_POST
def revoke_invitation(request: SignedInRequest, invitation_id: uuid.UUID) -> HttpResponse:
    rows = Invitation.objects.select_related("team")
    found = fetch_for(request.user, Action.MANAGE, rows, pk=invitation_id)
    if invitations.revoke(found, request.user):
        words = _("The invitation to %(email)s is worth nothing now.")
        messages.success(request, words % {"email": found.email})
    else:
        messages.warning(request, _why_not_open(found))
    return redirect("teams:team", found.team_id)


def _why_not_open(invitation: Invitation) -> str:
    invitation.refresh_from_db()
    words = {"email": invitation.email}
    if invitation.accepted_at:
        return _("%(email)s has accepted the invitation already, and is in the team.") % words
    return _("The invitation to %(email)s was over already.") % words


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    """One member: the role, with what each role may do; a POST sets it."""
    found = _fetch_member(request, key)
    if request.method != "POST":
        return render(request, "teams/member.html", _member_context(found))
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles."))
        return render(request, "teams/member.html", _member_context(found), status=422)
    if asked := reauth.ask_first(request, reverse("teams:member", args=[found.key])):
        return asked
    words = {"name": found.user.full_name, "role": form.cleaned_data["role"].label}
    try:
        members.set_role(found, form.cleaned_data["role"], request.user)
    except members.LastOwner:
        _say_last_owner(request)
        return redirect("teams:member", found.key)
    messages.success(request, _("%(name)s is now %(role)s.") % words)
    if not teams_for(request.user, Action.MANAGE).filter(pk=found.team_id).exists():
        return redirect(settings.LOGIN_REDIRECT_URL)  # an owner who took the role from themselves
    return redirect("teams:team", found.team_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    """Ask first; then everything that the person held here stops at once."""
    found = _fetch_member(request, key)
    if request.method != "POST":
        return render(request, "teams/remove.html", {"member": found, "team": found.team})
    if asked := reauth.ask_first(request, reverse("teams:remove", args=[found.key])):
        return asked
    try:
        members.remove(found, request.user)
    except members.LastOwner:
        _say_last_owner(request)
        return redirect("teams:remove", found.key)
    if found.user_id == request.user.pk:
        return redirect("account_login")
    messages.success(
        request,
        _("%(name)s is out of the team and signed out everywhere. The connections that they made are listed "
          "first: revoke those that nobody needs.") % {"name": found.user.full_name},
    )  # fmt: skip
    return redirect(settings.TEAM_CONNECTIONS_URL, found.team_id)


def _fetch_member(request: SignedInRequest, key: uuid.UUID) -> Membership:
    rows = Membership.objects.filter(user__is_program=False).select_related("user", "team")
    return fetch_for(request.user, Action.MANAGE, rows, key=key)


def _member_context(found: Membership) -> dict[str, object]:
    roles = [(role, DOES[role], role == found.role) for role in MEMBER_ROLES]
    return {"member": found, "team": found.team, "roles": roles, "may": ALLOWED[Role(found.role)]}


def _say_last_owner(request: SignedInRequest) -> None:
    messages.error(request, _("The team's last owner stays. Make somebody else an owner first."))


@require_POST
def two_factor(request: SignedInRequest, team_id: uuid.UUID) -> HttpResponse:
    """Switch on or off that every member needs a second factor."""
    found = fetch_team(request, team_id)
    if asked := reauth.ask_first(request, reverse("teams:team", args=[found.pk])):
        return asked
    found.require_two_factor = request.POST.get("require") == "1"
    with transaction.atomic():
        found.save(update_fields=["require_two_factor"])
        required = {"required": found.require_two_factor}
        record("teams.two_factor_set", actor=request.user, team=found.pk, data=required)
    if found.require_two_factor:
        messages.success(request, _("From now on every member sets up a second factor before anything else."))
    else:
        messages.success(request, _("Members may now sign in without a second factor."))
    return redirect("teams:team", found.pk)
