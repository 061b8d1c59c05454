"""Trying a connection out: a sign-in that is ended at once, and what Salesforce answered to each step."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgs import audit, oauth
from orgs.forms import StrandedForm, WhereForm
from orgs.models import Org
from orgs.sign_in import flow
from orgs.sign_in.callbacks import SignInResult
from orgs.sign_in.errors import SignInProblem
from orgs.views.sign_in import NOTHING_KNOWN, choice_for, problem_page
from teams import limits
from teams.access import Action, fetch_for
from teams.http import SignedInRequest
from teams.models import Team, User
from wizard.guides.connected_app_authentication.calibration.assumptions import SETTINGS, BadSetting
from wizard.guides.connected_app_authentication.calibration.points import Verdict
from wizard.messages.render import plain
from wizard.support.connection_test import explain, run
from wizard.support.connection_test.assumptions import keep
from wizard.support.connection_test.protocol import Protocol

KIND = "connection_test"
_KEPT = "connection_test"  # of a session


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def connection_test(request: SignedInRequest, team_id: UUID) -> HttpResponse:
    """What the last test found, and the beginning of another one."""
    team = _team(request, team_id)
    if request.method != "POST":
        return _page(request, team, WhereForm())
    if org := _known(team, request.POST.get("org", "")):
        return _to_salesforce(request, team, org.sign_in_at, org)
    form = WhereForm(request.POST)
    if not form.is_valid():
        return _page(request, team, form, status=422)
    return _to_salesforce(request, team, form.cleaned_data["origin"], None)


def _team(request: SignedInRequest, team_id: UUID) -> Team:
    return fetch_for(request.user, Action.CONNECT, Team.objects.all(), team_field="pk", pk=team_id)


def _known(team: Team, key: str) -> Org | None:
    if not key:
        return None
    try:
        return Org.objects.exclude(org_id="").filter(team=team, pk=UUID(key)).first()
    except ValueError:
        return None


def _to_salesforce(request: SignedInRequest, team: Team, origin: str, org: Org | None) -> HttpResponse:
    if seconds := limits.connecting(request.user):
        return limits.refused(request, seconds)
    back = reverse("wizard:connection_test", args=[team.pk])
    try:
        address = flow.start(
            request, origin, team=team, org=org, as_another=True, kind=KIND, back=back, keeps=False
        )
    except SignInProblem as problem:
        return problem_page(request, problem)
    _keep_in_session(request, run.begin(str(team.pk), origin, org))
    return HttpResponseRedirect(address)


def came_back(request: HttpRequest, arrival: SignInResult) -> tuple[HttpResponse, bool]:
    """The end of a test's sign-in: look around, keep nothing."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied  # signed out meanwhile
    team = fetch_for(user, Action.CONNECT, Team.objects.all(), team_field="pk", pk=arrival.sign_in.team)
    began = _kept(request, team) or run.begin(str(team.pk), arrival.sign_in.origin, None)
    org = Org.objects.filter(team=team, org_id=arrival.seen.org_id).first()
    if began.org:
        org = _known(team, began.org) or org
    audit.tested(user, team.pk, org, arrival.seen.username)
    _keep_in_session(request, run.look_around(began, arrival, org))
    return redirect("wizard:connection_test", team.pk), False


def failed(request: HttpRequest, problem: SignInProblem) -> HttpResponse:
    """The sign-in did not work: that is a finding too."""
    tried = problem.sign_in
    if tried is None or not isinstance(request.user, User):
        raise PermissionDenied
    team = fetch_for(request.user, Action.CONNECT, Team.objects.all(), team_field="pk", pk=tried.team)
    began = _kept(request, team) or run.begin(str(team.pk), tried.origin, None)
    _keep_in_session(request, run.failed(began, problem))
    return redirect("wizard:connection_test", team.pk)


@require_POST
def stranded_test(request: SignedInRequest, team_id: UUID) -> HttpResponse:
    """Salesforce did not lead back: the address or the text of the page on which the test ended."""
    team = _team(request, team_id)
    began = _kept(request, team)
    form = StrandedForm(request.POST)
    if began is None or not began.is_waiting or not form.is_valid():
        return redirect("wizard:connection_test", team.pk)
    code, raw = form.reason()
    if code == "unknown" and not raw:
        form.add_error("address", NOTHING_KNOWN)
        return _page(request, team, WhereForm(), stranded=form, status=422)
    problem = SignInProblem(code, raw=raw, step="authorize")
    _keep_in_session(request, run.failed(began, problem))
    return redirect("wizard:connection_test", team.pk)


@never_cache
@require_GET
def connection_test_file(request: SignedInRequest, team_id: UUID) -> HttpResponse:
    """The protocol to send to somebody."""
    team = _team(request, team_id)
    found = _kept(request, team)
    if found is None:
        return redirect("wizard:connection_test", team.pk)
    answer = HttpResponse(explain.as_text(found), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="connect-guide-connection-test.txt"'
    return answer


@require_POST
def keep_assumption(request: SignedInRequest, org_id: UUID) -> HttpResponse:
    """Keep for this org what the test found, or forget it again."""
    org = fetch_for(request.user, Action.CONNECT, Org.objects.exclude(org_id=""), pk=org_id)
    try:
        changed = keep(org, [f"{request.POST.get('name', '')}={request.POST.get('value', '')}"], request.user)
    except BadSetting as problem:
        messages.error(request, plain(problem.why))
    else:
        values = {"org": org.name, "names": ", ".join(changed)}
        messages.success(
            request, _("Kept for %(org)s: %(names)s. It counts from the next check on.") % values
        )
    return redirect("wizard:connection_test", org.team_id)


def _page(
    request: SignedInRequest,
    team: Team,
    form: WhereForm,
    *,
    stranded: StrandedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = _kept(request, team)
    context = {
        "team": team,
        "form": form,
        "stranded": stranded or StrandedForm(),
        "found": found,
        "callback": oauth.redirect_uri(),
        "scopes": oauth.SCOPES,
        **(_told(team, found) if found else {}),
    }
    return render(request, "wizard/connection_test.html", context, status=status)


def _told(team: Team, found: Protocol) -> dict[str, object]:
    org = Org.objects.filter(team=team, org_id=found.org_id).first() if found.org_id else None
    sections = explain.sections(found)
    return {
        "org": org,
        "sections": sections,
        "attention": sum(section.needs_somebody for section in sections),
        "differing": any(point.differs for point in found.points),
        "ended": explain.ended(found),
        "where": choice_for(found.origin),
        "holding": sum(point.verdict == Verdict.AS_ASSUMED for point in found.points),
        "kept": {name: org.assumptions[name] for name in SETTINGS if name in org.assumptions} if org else {},
    }


def _kept(request: HttpRequest, team: Team) -> Protocol | None:
    raw = request.session.get(_KEPT)
    return Protocol.load(raw) if raw and raw["team"] == str(team.pk) else None


def _keep_in_session(request: HttpRequest, protocol: Protocol) -> None:
    request.session[_KEPT] = protocol.to_json()
