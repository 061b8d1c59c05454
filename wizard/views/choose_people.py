"""Choosing people of the org: search, paste, or everyone with a profile. In our own directory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from orgs import directory
from orgs.models import OrgUser
from orgs.pasted.people import MOST_ENTRIES, MOST_PASTED, TooLong
from orgs.people_matching import match
from teams.access import Action, guests_too
from teams.acting.acts import NotDone
from teams.http import SignedInRequest
from wizard.actions import choose as choosing
from wizard.actions import reading
from wizard.actions.refusing import check_theirs
from wizard.guides.base import Input, InputKind
from wizard.guides.text import Json
from wizard.models import Job, Setup
from wizard.query_params import typed
from wizard.stage.forms import PEOPLE_KINDS
from wizard.stage.not_added import NotAdded, about_endings, with_choice
from wizard.stage.not_added import not_added as not_added_of
from wizard.stage.people import MOST_PEOPLE
from wizard.views.common import (
    check_input,
    fetch_setup,
    posted,
    refused_as_finished,
    tell,
)
from wizard.views.stage import so_far

SHOW_RESULTS = 20
SHOW_CHOSEN = 100
ASK_ABOVE = 200  # so many at one press are added only after a question

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


def _chosen(inputs: Mapping[str, Json], each: Input) -> list[str]:
    value = inputs.get(each.key) or []
    return [value] if isinstance(value, str) else list(value)


class Pending(NamedTuple):
    """What was ticked and typed on the page, and is not added yet."""

    ticked: tuple[str, ...] = ()
    pasted: str = ""
    q: str = ""

    def __bool__(self) -> bool:
        return bool(self.ticked or self.pasted.strip())

    @classmethod
    def of(cls, sent: QueryDict) -> Pending:
        ticked = tuple(typed(user_id) for user_id in sent.getlist("user_id")[:MOST_PEOPLE])
        return cls(ticked, typed(sent.get("pasted", "")), typed(sent.get("q", "")))


NOTHING = Pending()


@guests_too
@require_http_methods(["GET", "POST"])
def choose(request: SignedInRequest, setup_id: UUID, input_key: str) -> HttpResponse:
    """The page of one input, and its posts: choose, add, remove, paste, profile."""
    changes = request.method == "POST"
    setup = _fetch(request, setup_id, Action.CHANGE if changes else Action.SEE)
    if changes:
        return _post(request, setup, _input(setup, input_key))
    return render(request, "wizard/choose.html", _context(request, setup, _input(setup, input_key)))


@guests_too
@require_GET
def results(request: SignedInRequest, setup_id: UUID, input_key: str) -> HttpResponse:
    """What a search finds, as you type."""
    setup = _fetch(request, setup_id)
    return render(request, "wizard/_results.html", _found(request, setup, _input(setup, input_key)))


def _fetch(request: SignedInRequest, setup_id: UUID, action: Action = Action.SEE) -> Setup:
    """The people of an org are for whoever works on the first stage."""
    setup = fetch_setup(request, setup_id, action)
    check_theirs(setup, request.user, setup.guide.preparation.key)
    return setup


def _context(
    request: SignedInRequest, setup: Setup, each: Input, pending: Pending = NOTHING
) -> dict[str, Json]:
    found = _found(request, setup, each)
    ticked = set(pending.ticked) - found["chosen_ids"]
    people = OrgUser.objects.filter(org=setup.org, user_id__in=found["chosen_ids"]).order_by("name")
    return {
        **found,
        "org": setup.org,
        "chosen": list(people[:SHOW_CHOSEN]),
        "chosen_count": len(found["chosen_ids"]),
        "profiles": directory.profiles(setup.org) if each.kind is InputKind.PEOPLE else (),
        "ticked_ids": ticked,
        "ticked_before": _ticked_before(setup, ticked, found["found"]),
        "pasted": pending.pasted,
        "hidden_fields": [FIELD_NAMES[each] for each in directory.hidden_fields(setup.org)],
        "first_stage": setup.guide.preparation.key,
    }


def _ticked_before(setup: Setup, ticked: Collection[str], found: Iterable[OrgUser]) -> list[OrgUser]:
    """The ticked people that the results do not show."""
    elsewhere = set(ticked) - {person.user_id for person in found}
    people = OrgUser.objects.filter(org=setup.org, active=True, user_id__in=elsewhere)
    return list(people.order_by("name"))


def _found(request: SignedInRequest, setup: Setup, each: Input) -> dict[str, Json]:
    """What the list of results shows; nothing else, as it is fetched while somebody types."""
    query = typed(request.POST.get("q", request.GET.get("q", ""))).strip()[:200]
    reading = setup.jobs.filter(kind=Job.Kind.SYNC_USERS, state__in=Job.ACTIVE).first()
    found = directory.search(setup.org, query, SHOW_RESULTS + 1)  # one more says that there are more
    return {
        "setup": setup,
        "input": each,
        "single": each.kind is InputKind.PERSON,
        "q": query,
        "found": found[:SHOW_RESULTS],
        "more": len(found) > SHOW_RESULTS,
        "chosen_ids": set(_chosen(setup.inputs, each)),
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


def _choose_one(
    request: SignedInRequest, setup: Setup, each: Input, kept: Mapping[str, Json]
) -> HttpResponse:
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
    choosing.choose(setup, request.user, lambda _now: {**kept, each.key: person.user_id})
    messages.success(request, _("%(name)s is chosen.") % {"name": person.name})
    return redirect("wizard:stage", setup.id, setup.guide.preparation.key)


def _choose_many(
    request: SignedInRequest, setup: Setup, each: Input, kept: Mapping[str, Json]
) -> HttpResponse:
    """Whichever button is pressed, what was ticked and pasted is added with it, or stays on the page."""
    if "search" in request.POST:
        return _again(request, setup, each)
    if "clear" in request.POST or "remove" in request.POST:
        _take_out(request, setup, each)
        return _again(request, setup, each)
    if many := _many_at_once(request, setup):
        choosing.choose(setup, request.user, lambda _now: kept)
        return render(
            request, "wizard/choose_many.html", {**_asking(request, setup, each), **many, "goes_on": True}
        )
    try:
        added, not_added = _asked_for(request, setup)
    except TooLong:
        messages.error(request, _too_long())
        return _again(request, setup, each, status=422)
    return _add(request, setup, each, kept, added, not_added)


def _too_long() -> str:
    return _(
        "Nobody was added: the list is too long. "
        "Paste at most %(people)s people and %(characters)s characters at once."
    ) % {"people": number_format(MOST_ENTRIES), "characters": number_format(MOST_PASTED)}


def _take_out(request: SignedInRequest, setup: Setup, each: Input) -> None:
    gone = None if "clear" in request.POST else request.POST["remove"]

    def edit(inputs: Mapping[str, Json]) -> dict[str, Json]:
        left = [] if gone is None else [user_id for user_id in _chosen(inputs, each) if user_id != gone]
        return {each.key: left}

    choosing.choose(setup, request.user, edit)


def _add(
    request: SignedInRequest,
    setup: Setup,
    each: Input,
    kept: Mapping[str, Json],
    added: Sequence[str],
    not_added: Sequence[NotAdded],
) -> HttpResponse:
    before = _chosen(setup.inputs, each)
    new = set(added) - set(before)
    if len(before) + len(new) > MOST_PEOPLE:
        messages.error(request, _("That is more than %(most)d people.") % {"most": MOST_PEOPLE})
        return _again(request, setup, each, status=422)

    def edit(inputs: Mapping[str, Json]) -> dict[str, Json]:
        """Beside whom somebody else has chosen meanwhile."""
        return {**kept, each.key: list(dict.fromkeys([*_chosen(inputs, each), *added]))}

    choosing.choose(setup, request.user, edit)
    if not_added:
        # Not a redirect: what could not be used stays on the page, with its reasons.
        more = {"not_added": not_added, "added_count": len(new)}
        ctx = _context(request, setup, each) | more
        return render(request, "wizard/choose.html", ctx, status=422)
    is_done = "done" in request.POST or "from_stage" in request.POST
    _say_added(request, len(new), asked=bool(added), is_done=is_done)
    if is_done:
        return redirect("wizard:stage", setup.id, setup.guide.preparation.key)
    return redirect(_address(setup, each, typed(request.POST.get("q", ""))))


def _again(request: SignedInRequest, setup: Setup, each: Input, *, status: int = 200) -> HttpResponse:
    """The page as it was, with all that was ticked and typed; the people chosen are read anew."""
    pending = Pending.of(request.POST)
    if not pending and "search" not in request.POST:
        return redirect(_address(setup, each, pending.q))
    ctx = _context(request, setup, each, pending)
    return render(request, "wizard/choose.html", ctx, status=status)


def _address(setup: Setup, each: Input, query: str) -> str:
    address = reverse("wizard:choose", args=[setup.id, each.key])
    return f"{address}?{urlencode({'q': query})}" if query else address


@guests_too
@posted
def reread(request: SignedInRequest, setup_id: UUID, input_key: str) -> HttpResponse:
    """Read the org's users again; what was ticked and typed stays."""
    setup = fetch_setup(request, setup_id, Action.CHANGE)
    check_input(setup, input_key)
    check_theirs(setup, request.user, setup.guide.preparation.key)
    try:
        reading.reread_people(setup, request.user)
    except NotDone as why:
        tell(request, why)
    if setup.finished:
        return redirect("wizard:choose", setup.id, input_key)
    return _again(request, setup, _input(setup, input_key))


def _asking(request: SignedInRequest, setup: Setup, each: Input) -> dict[str, Json]:
    """For the page that asks before very many are chosen: it sends on what was ticked and pasted."""
    from_stage = "from_stage" in request.POST
    pending = Pending.of(request.POST)
    return {"setup": setup, "org": setup.org, "input": each, "from_stage": from_stage, "pending": pending}


def _many_at_once(request: SignedInRequest, setup: Setup) -> dict[str, Json] | None:
    """Everyone with a profile, where that is very many and nobody has said yes to it."""
    if "everyone" not in request.POST or "sure" in request.POST:
        return None
    profile = _profile(request)
    count = len(_ids(directory.with_profile(setup.org, profile)))
    return {"profile": profile, "count": count} if count > ASK_ABOVE else None


def _profile(request: SignedInRequest) -> str:
    """The one that the button names, else the one that is selected beside it."""
    return typed(request.POST["everyone"] or request.POST.get("profile", ""))


def _asked_for(request: SignedInRequest, setup: Setup) -> tuple[list[str], list[NotAdded]]:
    """Ids to add, and the lines that could not be used with the reason."""
    pending = Pending.of(request.POST)
    people = OrgUser.objects.filter(org=setup.org, user_id__in=pending.ticked)
    inactive = [NotAdded(str(each), _("is inactive in Salesforce")) for each in people if not each.active]
    matched = match(setup.org, with_choice(pending.pasted, typed(request.POST.get("meant", ""))))
    if said := about_endings(matched):
        messages.info(request, said)
    profile = directory.with_profile(setup.org, _profile(request)) if "everyone" in request.POST else ()
    ticked = (person for person in people if person.active)
    return [*_ids(ticked), *matched.people, *_ids(profile)], [*inactive, *not_added_of(matched)]


def _ids(people: Iterable[OrgUser]) -> list[str]:
    return [person.user_id for person in people]


def _say_added(request: SignedInRequest, added: int, *, asked: bool, is_done: bool) -> None:
    if added:
        text = ngettext("Added %(n)d person.", "Added %(n)d people.", added)
        messages.success(request, text % {"n": added})
    elif asked:
        messages.info(request, _("Nobody new: they were all chosen already."))
    elif not is_done:
        messages.error(request, _("Nobody was added: nobody is ticked, and no list is pasted."))
