"""Choosing people of the org: search, paste, or everyone with a profile. In our own directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from orgs import directory
from orgs.models import OrgUser
from orgs.people_matching import match
from teams.access import Action, guests_too
from teams.http import SignedInRequest
from wizard.guides.base import Input, InputKind
from wizard.models import Job, Setup
from wizard.query_params import typed
from wizard.stage import panel
from wizard.stage.forms import PEOPLE_KINDS
from wizard.stage.not_added import NotAdded, about_endings, with_choice
from wizard.stage.not_added import not_added as not_added_of
from wizard.views.common import check_theirs, fetch_setup, refused_as_finished
from wizard.views.stage import so_far

SHOW_RESULTS = 20
SHOW_CHOSEN = 100
MOST_PEOPLE = 5000
ASK_ABOVE = 200  # so many at one press are added only after a question
MOST_PASTED = 200_000  # characters

FIELD_NAMES = {
    "Email": gettext_lazy("e-mail address"),
    "Profile.Name": gettext_lazy("profile"),
    "Profile.UserLicense.Name": gettext_lazy("licence"),
}


def _input(setup: Setup, key: str) -> Input:
    for each in setup.guide.inputs:
        if each.key == key and each.kind in PEOPLE_KINDS:
            return each
    raise Http404


def _chosen(setup: Setup, each: Input) -> list[str]:
    value = setup.inputs.get(each.key) or []
    return [value] if isinstance(value, str) else list(value)


@guests_too
@require_http_methods(["GET", "POST"])
def choose(request: SignedInRequest, setup_id: Any, input_key: str) -> HttpResponse:
    """The page of one input, and its posts: choose, add, remove, paste, profile."""
    changes = request.method == "POST"
    setup = _fetch(request, setup_id, Action.CHANGE if changes else Action.SEE)
    if changes:
        return _post(request, setup, _input(setup, input_key))
    return render(request, "wizard/choose.html", _context(request, setup, _input(setup, input_key)))


@guests_too
@require_GET
def results(request: SignedInRequest, setup_id: Any, input_key: str) -> HttpResponse:
    """What a search finds, as you type."""
    setup = _fetch(request, setup_id)
    return render(request, "wizard/_results.html", _found(request, setup, _input(setup, input_key)))


def _fetch(request: SignedInRequest, setup_id: Any, action: Action = Action.SEE) -> Setup:
    """The people of an org are for whoever works on the first stage."""
    setup = fetch_setup(request, setup_id, action)
    check_theirs(request, setup, setup.guide.preparation.key)
    return setup


def _context(
    request: SignedInRequest, setup: Setup, each: Input, not_added: Sequence[NotAdded] = ()
) -> dict[str, Any]:
    found = _found(request, setup, each)
    people = OrgUser.objects.filter(org=setup.org, user_id__in=found["chosen_ids"]).order_by("name")
    return {
        **found,
        "org": setup.org,
        "chosen": list(people[:SHOW_CHOSEN]),
        "chosen_count": len(found["chosen_ids"]),
        "profiles": directory.profiles(setup.org) if each.kind is InputKind.PEOPLE else (),
        "not_added": not_added,
        "hidden_fields": [FIELD_NAMES[each] for each in directory.hidden_fields(setup.org)],
        "first_stage": setup.guide.preparation.key,
    }


def _found(request: SignedInRequest, setup: Setup, each: Input) -> dict[str, Any]:
    """What the list of results shows; nothing else, as it is fetched while somebody types."""
    query = typed(request.GET.get("q", "")).strip()[:200]
    reading = setup.jobs.filter(kind=Job.Kind.SYNC_USERS, state__in=Job.ACTIVE).first()
    found = directory.search(setup.org, query, SHOW_RESULTS + 1)  # one more says that there are more
    return {
        "setup": setup,
        "input": each,
        "single": each.kind is InputKind.PERSON,
        "q": query,
        "found": found[:SHOW_RESULTS],
        "more": len(found) > SHOW_RESULTS,
        "chosen_ids": set(_chosen(setup, each)),
        "reading": reading,
        # Their number is only told while it grows. Else the first one by name will do, which has an
        # index; whether there is any at all, PostgreSQL may look for from the table's far end.
        "known_count": setup.org.people.count() if reading else len(found or setup.org.people.all()[:1]),
    }


def _post(request: SignedInRequest, setup: Setup, each: Input) -> HttpResponse:
    if refused_as_finished(request, setup):
        return redirect("wizard:choose", setup.id, each.key)
    kept = so_far(request, setup) if "from_stage" in request.POST else {}
    if isinstance(kept, HttpResponse):
        return kept
    if each.kind is InputKind.PERSON:
        return _choose_one(request, setup, each, kept)
    return _choose_many(request, setup, each, kept)


def _choose_one(request: SignedInRequest, setup: Setup, each: Input, kept: Mapping[str, Any]) -> HttpResponse:
    wanted = typed(request.POST.get("user_id", ""))
    person = OrgUser.objects.filter(org=setup.org, user_id=wanted).first()
    if person is None:
        messages.error(request, _("Choose one of the people that the search finds."))
        return redirect("wizard:choose", setup.id, each.key)
    if not person.active:
        messages.error(
            request,
            _("%(name)s is inactive in Salesforce. Activate the user first, or choose another one.")
            % {"name": person.name},
        )
        return redirect("wizard:choose", setup.id, each.key)
    panel.save_inputs(setup, {**kept, each.key: person.user_id}, request.user)
    messages.success(request, _("%(name)s is chosen.") % {"name": person.name})
    return redirect("wizard:stage", setup.id, setup.guide.preparation.key)


def _choose_many(
    request: SignedInRequest, setup: Setup, each: Input, kept: Mapping[str, Any]
) -> HttpResponse:
    if many := _many_at_once(request, setup):
        panel.save_inputs(setup, dict(kept), request.user)
        from_stage = "from_stage" in request.POST
        ctx = {"setup": setup, "org": setup.org, "input": each, "from_stage": from_stage, **many}
        return render(request, "wizard/choose_many.html", ctx)
    chosen = _chosen(setup, each)
    not_added: list[NotAdded] = []
    if "clear" in request.POST:
        wanted: list[str] = []
    elif "remove" in request.POST:
        wanted = [user_id for user_id in chosen if user_id != request.POST["remove"]]
    else:
        added, not_added = _asked_for(request, setup)
        wanted = list(dict.fromkeys([*chosen, *added]))
        if len(wanted) > MOST_PEOPLE:
            messages.error(request, _("That is more than %(most)d people.") % {"most": MOST_PEOPLE})
            return redirect("wizard:choose", setup.id, each.key)
        _say_added(request, len(wanted) - len(chosen), len(not_added))
    panel.save_inputs(setup, {**kept, each.key: wanted}, request.user)
    if not_added:
        # Not a redirect: what could not be used stays on the page, with its reasons.
        return render(request, "wizard/choose.html", _context(request, setup, each, not_added), status=422)
    if "from_stage" in request.POST:
        return redirect("wizard:stage", setup.id, setup.guide.preparation.key)
    return redirect("wizard:choose", setup.id, each.key)


def _many_at_once(request: SignedInRequest, setup: Setup) -> dict[str, Any] | None:
    """Everyone with a profile, where that is very many and nobody has said yes to it."""
    if "profile" not in request.POST or "sure" in request.POST:
        return None
    profile = typed(request.POST["profile"])
    count = len(_ids(directory.with_profile(setup.org, profile)))
    return {"profile": profile, "count": count} if count > ASK_ABOVE else None


def _asked_for(request: SignedInRequest, setup: Setup) -> tuple[list[str], list[NotAdded]]:
    """Ids to add, and the lines that could not be used with the reason."""
    if "paste" in request.POST or "meant" in request.POST:
        pasted = typed(request.POST.get("pasted", ""))[:MOST_PASTED]
        matched = match(setup.org, with_choice(pasted, typed(request.POST.get("meant", ""))))
        if said := about_endings(matched):
            messages.info(request, said)
        return list(matched.people), not_added_of(matched)
    if "profile" in request.POST:
        return _ids(directory.with_profile(setup.org, typed(request.POST["profile"]))), []
    ticked = [typed(user_id) for user_id in request.POST.getlist("user_id")[:MOST_PEOPLE]]
    people = OrgUser.objects.filter(org=setup.org, user_id__in=ticked)
    inactive = [NotAdded(str(each), _("is inactive in Salesforce")) for each in people if not each.active]
    return _ids(person for person in people if person.active), inactive


def _ids(people: Iterable[OrgUser]) -> list[str]:
    return [person.user_id for person in people]


def _say_added(request: SignedInRequest, added: int, refused: int) -> None:
    if added:
        text = ngettext("Added %(n)d person.", "Added %(n)d people.", added)
        messages.success(request, text % {"n": added})
    elif not refused:
        messages.info(request, _("Nobody new: they were all chosen already."))
