"""Connecting an org, coming back from Salesforce, reconnecting and disconnecting."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgs import acts, audit, hosts, oauth
from orgs.forms import ConnectForm, StrandedForm
from orgs.models import Org
from orgs.sign_in import callback_url, callbacks, flow, pending
from orgs.sign_in import problem_page as problems
from orgs.sign_in.errors import SignInProblem
from orgs.sign_in.messages import EXPLANATIONS
from orgs.sign_in.messages.explanation import Explanation, Way, Words
from orgs.sign_in.pending import SignIn, StateProblem
from orgs.signals import connected
from teams import limits, reauth
from teams.access import Action, fetch_for, guests_too, teams_for
from teams.http import SignedInRequest
from teams.models import Team, User

NO_REFRESH_TOKEN = gettext_lazy(
    "Salesforce gave us nothing to renew this sign-in with, so the connection will end within hours. "
    "A Salesforce admin can put that right, in the settings of Connect Guide's app. "
    "It must be allowed to Perform requests at any time (refresh_token, offline_access). "
    "Its Refresh Token Policy must not be Immediately expire refresh token. Then sign in again."
)
NOTHING_KNOWN = gettext_lazy(
    "We found no error in it that we know. Copy the whole address, or the whole text, or choose below "
    "what you see. If nothing fits, show Salesforce's page to a Salesforce admin."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: SignedInRequest) -> HttpResponse:
    """Choose where to sign in; a POST sends the browser to Salesforce."""
    teams = teams_for(request.user, Action.CONNECT)
    if not teams.exists() and (request.user.is_guest or request.user.memberships.exists()):
        raise PermissionDenied  # who is in no team at all is told so on the page
    if request.method != "POST":
        return _connect_page(request, ConnectForm(teams=teams))
    form = ConnectForm(request.POST, teams=teams)
    if not form.is_valid() or not form.cleaned_data["team"]:
        return _connect_page(request, form, status=422)
    return _to_salesforce(request, form.cleaned_data["origin"], form.cleaned_data["team"])


def _connect_page(request: SignedInRequest, form: ConnectForm, status: int = 200) -> HttpResponse:
    owned = list(teams_for(request.user, Action.MANAGE))
    context = {
        "form": form,
        "owned": owned,
        "testing": list(teams_for(request.user, Action.CONNECT)),
        "client_first": not settings.TRYOUT,  # our address may look unusual to a client's org (N3, N4)
    }
    return render(request, "orgs/connect.html", context, status=status)


def _to_salesforce(request: SignedInRequest, origin: str, team: Team, org: Org | None = None) -> HttpResponse:
    """Without an org that has to come back, Salesforce asks who it is: else its open session would choose."""
    if seconds := limits.connecting(request.user):
        return limits.refused(request, seconds)
    try:
        address = flow.start(
            request,
            origin,
            _safe_next(request, request.POST.get("next", "")),
            team=team,
            org=org,
            as_another=org is None or bool(request.POST.get("as_another")),
        )
    except SignInProblem as problem:
        return problem_page(request, problem)
    return HttpResponseRedirect(address)


@guests_too
@login_not_required
def callback(request: HttpRequest) -> HttpResponse:
    """The browser comes back from Salesforce. The only view that calls Salesforce itself.

    A client's guest has no account before this; everybody else is asked to sign in here first.
    Whatever comes of it, the answer is a redirect: the code does not stay in the browser's history.
    """
    if _is_nobody(request):
        return redirect_to_login(reverse("orgs:problem"))  # their sign-in went with the session
    return _returned(request)


@guests_too
@login_not_required
def problem(request: HttpRequest) -> HttpResponse:
    """Why the last sign-in at Salesforce in this browser did not work."""
    if _is_nobody(request):
        return redirect_to_login(reverse("orgs:problem"))
    return _told(request)


@never_cache
@require_GET
def _told(request: HttpRequest) -> HttpResponse:
    return problem_page(request, problems.told(request.session))


def _is_nobody(request: HttpRequest) -> bool:
    return not request.user.is_authenticated and not pending.is_visitor(request.session)


@never_cache
@require_GET
def _returned(request: HttpRequest) -> HttpResponse:
    try:
        sign_in, code = flow.returned(request)
        if sign_in.kind:
            return _with_its_own_end(request, sign_in, code)
        if not isinstance(request.user, User):
            raise StateProblem("state_lost")
        arrived = flow.finish(request, request.user, sign_in, code)
    except SignInProblem as problem:
        if tried := problem.sign_in:
            audit.not_connected(request.user, problem.code, team_id=tried.team, org_id=tried.org)
        tell = callbacks.failure_of(problem) or problems.tell
        return tell(request, problem)
    except StateProblem as problem:
        return _not_waited_for(request, problem)
    except (PermissionDenied, Http404) as refusal:
        return problems.refuse(request, refusal)
    problems.forget(request.session)
    org = arrived.org
    _warn_of_short_life(request, org)
    before = arrived.before if arrived.is_another_user else ""
    sent = connected.send(Org, org=org, person=request.user, again=bool(sign_in.org), before=before)
    _say_connected(request, arrived)
    to = reverse(settings.CONNECTED_ORG_URL, args=[org.pk])
    if any(asks for _receiver, asks in sent):
        return redirect(f"{to}?ask")
    return redirect(sign_in.next_url or to)


def _say_connected(request: HttpRequest, arrived: flow.Arrived) -> None:
    org, words = arrived.org, {"org": arrived.org.name, "kind": arrived.org.kind_label}
    now = words | {"username": org.connection.username, "before": arrived.before}
    if not arrived.kept:
        text = _("%(org)s (%(kind)s) is connected already, as %(username)s. "
                 "So your own sign-in was ended again at once. "
                 "To work as your user, choose Sign in as another Salesforce user.")  # fmt: skip
        messages.info(request, text % now)
    elif arrived.is_another_user:
        text = _("From now on we work in %(org)s as %(username)s. Before, it was %(before)s.")
        messages.success(request, text % now)
    else:
        messages.success(request, _("We have access to %(org)s (%(kind)s) now.") % words)


def _with_its_own_end(request: HttpRequest, sign_in: SignIn, code: str) -> HttpResponse:
    """What follows is decided in the room that began it, which also checks whose sign-in it may be."""
    # For its own client id, if it has one.
    org = Org.objects.filter(pk=sign_in.org).first() if sign_in.org else None
    arrival = flow.arrive(sign_in, code, org)
    response = flow.settle(arrival, lambda: callbacks.end_of(arrival)(request, arrival))
    bound = Org.objects.filter(team_id=sign_in.team, org_id=arrival.seen.org_id)
    for kept in bound.filter(connection__user_id=arrival.identity.user_id).select_related("connection"):
        _warn_of_short_life(request, kept)
    return response


def _warn_of_short_life(request: HttpRequest, org: Org) -> None:
    """Without a refresh token the connection works now, and is over when its access token expires."""
    if org.connection.is_connected and not org.connection.refresh_token:
        messages.warning(request, NO_REFRESH_TOKEN)


def _not_waited_for(request: HttpRequest, problem: StateProblem) -> HttpResponse:
    user = request.user
    if isinstance(user, User):
        if problem.org and (known := _mine(user, problem.org)):
            return redirect(settings.CONNECTED_ORG_URL, known.pk)  # Back or Reload after it worked
        if problem.code == "state_used" and user.is_guest:
            return redirect(settings.LOGIN_REDIRECT_URL)
    return problems.tell(request, SignInProblem(problem.code))


def problem_page(
    request: HttpRequest, problem: SignInProblem, *, from_help: bool = False, registered: str = ""
) -> HttpResponse:
    """`registered`: the Callback URL that the app has in Salesforce, to be compared with ours."""
    words = EXPLANATIONS[problem.code]
    sign_in = problem.sign_in
    origin = sign_in.origin if sign_in else ""
    params = {**problem.params, "redirect_uri": oauth.redirect_uri()}
    context = {
        "code": problem.code,
        "title": str(words.title) % params,
        "happened": str(words.happened) % params,
        "do": [str(line) % params for line in _to_do(words, origin)],
        "who": words.who,
        "copy": words.copy,
        "raw": problem.raw,
        "from_help": from_help,
        "compares": problem.code == "redirect_uri_mismatch",
        "registered": registered,
        "differences": callback_url.differences(oauth.redirect_uri(), registered) if registered else [],
        "back": _began_at(request, sign_in),
        "visitor": not _is_member(request.user),
        "again": origin if {Way.AGAIN, Way.THERE} & {*words.ways} else "",
        "again_choice": choice_for(origin),
        "again_org": sign_in.org if sign_in and {Way.AGAIN, Way.THERE} & {*words.ways} else "",
        "again_team": sign_in.team if sign_in else "",
        "there": problem.params.get("moved_to", "") if Way.THERE in words.ways else "",
        "start": Way.START in words.ways,
        "test_in": _team_to_test_in(request.user, sign_in),
        "register": _owned_team(request.user, sign_in) if Way.REGISTER in words.ways else None,
        "usage_page": _usage_page(origin) if Way.USAGE_PAGE in words.ways else "",
    }
    return render(request, "orgs/signin_problem.html", context, status=400)


def _to_do(words: Explanation, origin: str) -> list[Words]:
    central = words.at_central if origin in (hosts.PRODUCTION, hosts.SANDBOX) else ""
    return [*([central] if central else []), *words.do]


def _began_at(request: HttpRequest, sign_in: SignIn | None) -> str:
    """The page that such a sign-in is begun on, where it is not the page to connect an org."""
    if sign_in:
        return sign_in.back
    return "" if _is_member(request.user) else reverse(settings.GUEST_URL)


def _is_member(user: object) -> bool:
    return isinstance(user, User) and not user.is_guest


def _owned_team(user: object, sign_in: SignIn | None) -> Team | None:
    """The team whose apps this person may store."""
    return _team_for(user, Action.MANAGE, sign_in)


def _team_to_test_in(user: object, sign_in: SignIn | None) -> uuid.UUID | None:
    """For a member's own sign-in: where each answer of Salesforce is shown."""
    team = None if sign_in and sign_in.back else _team_for(user, Action.CONNECT, sign_in)
    return team.pk if team else None


def _team_for(user: object, action: Action, sign_in: SignIn | None) -> Team | None:
    if not isinstance(user, User):
        return None
    teams = teams_for(user, action)
    return (teams.filter(pk=sign_in.team) if sign_in and sign_in.team else teams).first()


def choice_for(origin: str) -> str:
    """How the form that asks where to sign in calls this place."""
    return {hosts.PRODUCTION: "production", hosts.SANDBOX: "sandbox"}.get(origin, "my_domain")


def _usage_page(origin: str) -> str:
    """Only a My Domain names one org; login. and test. don't."""
    if not origin or origin in (hosts.PRODUCTION, hosts.SANDBOX):
        return ""
    return hosts.deep_link(origin, "connected_apps_usage")


@guests_too
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stranded(request: SignedInRequest) -> HttpResponse:
    """Stuck on Salesforce's own error page, which does not come back to us."""
    form = StrandedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code, raw = form.reason()
        if code != "unknown" or raw:
            registered = form.cleaned_data["registered"]
            return problem_page(request, SignInProblem(code, raw=raw), from_help=True, registered=registered)
        form.add_error("address", NOTHING_KNOWN)
    status = 422 if form.errors else 200
    return render(request, "orgs/stranded.html", {"form": form}, status=status)


@require_POST
def reconnect(request: SignedInRequest, org_id: str) -> HttpResponse:
    bound = Org.objects.exclude(org_id="")  # the others are bound, on a page of the setup
    org = fetch_for(request.user, Action.CONNECT, bound.select_related("team"), pk=org_id)
    return _to_salesforce(request, org.sign_in_at, org.team, org)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def disconnect(request: SignedInRequest, org_id: str) -> HttpResponse:
    """Ask first; then erase what we hold and have Salesforce told (by a worker)."""
    bound = Org.objects.exclude(org_id="")
    org = fetch_for(request.user, Action.CONNECT, bound.select_related("connection"), pk=org_id)
    if not hasattr(org, "connection"):
        raise Http404
    if request.method != "POST":
        return render(request, "orgs/disconnect.html", {"org": org})
    if asked := reauth.ask_first(request, reverse("orgs:disconnect", args=[org.pk])):
        return asked
    acts.disconnect(org, request.user, proved=True)
    messages.success(
        request,
        _("Our access to %(org)s has ended. The list of its people is erased here. "
          "We do not use the sign-in any more. "
          "It is erased once Salesforce confirms that, after two days at most. "
          "We write to you if it does not confirm that.") % {"org": org.name},
    )  # fmt: skip
    return redirect(settings.LOGIN_REDIRECT_URL)


def _mine(user: User, org_id: str) -> Org | None:
    try:
        return fetch_for(user, Action.SEE, Org.objects.all(), pk=org_id)
    except Http404:
        return None


def _safe_next(request: HttpRequest, url: str) -> str:
    allowed = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if url.startswith("/") and allowed else ""
