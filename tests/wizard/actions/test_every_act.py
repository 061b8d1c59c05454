"""Every act x every role, of the same team and of another one: the same answer at each door."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable
from importlib import import_module
from itertools import product
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse

import wizard.actions
from orgs.models import Org
from teams.access import ALLOWED, Action, fetch_for
from teams.acting import tokens
from teams.acting.acts import ACTS, NotDone
from teams.models import Role, Team, User
from tests.access.people import Side
from tests.access.people import make_side as side_of
from tests.fixture_types import MakePerson, SignedIn
from tests.rows import failing_apart
from wizard.actions import (
    archive,
    assignment,
    changes,
    choose,
    confirm,
    fetch,
    guest_links,
    handover,
    notes,
    override,
    reading,
    start,
)
from wizard.actions.changes import Approval
from wizard.models import GuestInvitation, Setup

pytestmark = pytest.mark.django_db

for found in pkgutil.iter_modules(wizard.actions.__path__, "wizard.actions."):
    import_module(found.name)

NONE = Approval("")
JSON = "application/json"
Do = Callable[[Setup, User], object]


class Row(NamedTuple):
    """How a page and how our own code asks for an act."""

    page: str
    args: tuple[str, ...]
    sent: dict[str, str]
    do: Do


# The first stage and the second are the guest's (tests/access/people.py).
FIRST, STAGE, LINE = "prepare", "policies", "permitted_users"
OF_A_SETUP = {
    "check": Row("check", (), {}, lambda s, p: reading.check(s, p)),
    "reread_people": Row("reread", ("people",), {}, lambda s, p: reading.reread_people(s, p)),
    "stop": Row("stop", (STAGE,), {}, lambda s, p: reading.stop(s, p, STAGE)),
    "apply": Row("apply", (STAGE,), {}, lambda s, p: changes.apply(s, p, STAGE, NONE)),
    "undo": Row("undo", (STAGE,), {}, lambda s, p: changes.undo(s, p, STAGE, NONE)),
    "choose": Row("inputs", (), {}, lambda s, p: choose.choose(s, p, lambda _now: {"mid": "1234567"})),
    "choose_way": Row("way", (STAGE,), {}, lambda s, p: choose.choose_way(s, p, STAGE, 0)),
    "confirm": Row("confirm", (LINE,), {}, lambda s, p: confirm.confirm(s, p, LINE, sure=True)),
    "unconfirm": Row("confirm", (LINE,), {"take_back": "1"}, lambda s, p: confirm.unconfirm(s, p, LINE)),
    "override": Row("override", (STAGE,), {}, lambda s, p: override.override(s, p, STAGE, "")),
    "hand_over": Row(
        "finish", (), {}, lambda s, p: handover.hand_over(s, p, [], keep_watching=False, proved=True)
    ),
    "reopen": Row("reopen", (), {}, lambda s, p: handover.reopen(s, p)),
    "acknowledge": Row("acknowledge", (LINE,), {}, lambda s, p: handover.acknowledge(s, p, LINE, "", None)),
    "look_now": Row("look_now", (), {}, lambda s, p: handover.look_now(s, p)),
    "archive": Row("archive", (), {}, lambda s, p: archive.archive(s, p, proved=True)),
    "unarchive": Row("archive", (), {"take_back": "1"}, lambda s, p: archive.unarchive(s, p)),
    "take_over": Row("take_over", (), {}, lambda s, p: assignment.take_over(s, p)),
    "give_back": Row("give_back", (), {}, lambda s, p: assignment.give_back(s, p)),
    "note": Row("note", (), {"text": "Called."}, lambda s, p: notes.note(s, p, "Called.")),
    "invite": Row(
        "invite", (), {}, lambda s, p: guest_links.invite(s, p, [STAGE], address="", language="en-gb")
    ),
}
# The same of a program. What needs a form, such as choosing people, it has not.
CALLS: dict[str, tuple[str, dict[str, object]]] = {
    "check": ("check", {}),
    "stop": ("stop", {}),
    "apply": ("apply", {"stage": STAGE, "fingerprint": "x"}),
    "undo": ("undo", {"stage": STAGE, "fingerprint": "x"}),
    "confirm": ("confirm", {"step": LINE}),
    "unconfirm": ("unconfirm", {"step": LINE}),
    "override": ("override", {"stage": STAGE, "reason": ""}),
    "hand_over": ("hand-over", {"open": []}),
    "reopen": ("reopen", {}),
    "look_now": ("look-now", {}),
    "archive": ("archive", {}),
    "unarchive": ("unarchive", {}),
    "take_over": ("take-over", {}),
    "give_back": ("give-back", {}),
    "note": ("notes", {"text": "Called."}),
    "invite": ("links", {"stages": [STAGE]}),
}
# What is not about a setup: the model, its team's field, and how it is asked for.
OF_OTHER_THINGS: dict[str, tuple[str, Callable[[Side, User], object]]] = {
    "begin": ("begin", lambda side, p: start.begin(given_org(side, p, Action.CHANGE), p)),
    "take_sign_in_back": (
        "wrong_org",
        lambda side, p: start.take_sign_in_back(given_org(side, p, Action.CONNECT), p, ""),
    ),
    "revoke_link": ("revoke_link", lambda side, p: guest_links.revoke_link(given_link(side, p), p)),
}
# By a form that chooses the team, by a way over Salesforce (tests/wizard/views/test_for_client.py), and by
# a worker that takes a list (tests/bulk/).
WITHOUT_A_PAGE = {"begin_for_client", "connect_for_client", "start_and_send"}


def given_org(side: Side, person: User, action: Action) -> Org:
    return fetch_for(person, action, Org.objects.select_related("connection"), pk=side.org.pk)


def given_link(side: Side, person: User) -> GuestInvitation:
    rows = GuestInvitation.objects.select_related("setup__org")
    return fetch_for(person, Action.CHANGE, rows, team_field="setup__org__team", pk=side.link.pk)


@pytest.fixture
def sides(person: MakePerson) -> tuple[Side, Side]:
    return side_of("Ours", person), side_of("Theirs", person)


def by_code(ask: Callable[[], object]) -> int:
    """Our own code's answer, in the numbers of a page's; whatever it changed is rolled back."""
    with transaction.atomic():
        try:
            ask()
        except NotDone:
            return 200  # let in, and told why nothing was done
        except PermissionDenied:
            return 403
        except Http404:
            return 404
        finally:
            transaction.set_rollback(True)
    return 200


def by_page(browser: object, path: str, sent: dict[str, str]) -> int:
    with transaction.atomic():
        status: int = browser.post(path, sent).status_code  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    return status if status in (403, 404) else 200


def by_program(secret: str, path: str, sent: dict[str, object]) -> int:
    with transaction.atomic():
        headers = {"Authorization": f"Bearer {secret}"}
        answer = Client().post(f"/api/v1/{path}", json.dumps(sent), JSON, headers=headers)
        transaction.set_rollback(True)
    return answer.status_code if answer.status_code in (401, 403, 404) else 200


def wanted(name: str, role: Role, *, ours: bool) -> int:
    rule = ACTS[name]
    if not ours or (role is Role.GUEST and not rule.lets_guests_in):
        return 404
    return 200 if rule.needs in ALLOWED[role] else 403


def everybody(sides: tuple[Side, Side]) -> list[tuple[Role, User, bool]]:
    return [(role, user, side is sides[0]) for side in sides for role, user in side.people.items()]


def test_every_act_has_its_row() -> None:
    assert {*OF_A_SETUP, *OF_OTHER_THINGS, *WITHOUT_A_PAGE} == set(ACTS)


def test_an_act_on_a_setup_is_answered_alike_at_every_door(
    sides: tuple[Side, Side], signed_in: SignedIn
) -> None:
    setup = sides[0].setup
    browsers = {user.pk: signed_in(user) for _role, user, _ours in everybody(sides)}
    secrets = {user.pk: tokens.make(user, "A script", "act")[1] for _role, user, _ours in everybody(sides)}

    def check(row: tuple[str, tuple[Role, User, bool]]) -> None:
        name, (role, user, ours) = row
        how, rule = OF_A_SETUP[name], ACTS[name]

        def ask() -> object:
            given = fetch.fetch_setup(
                user, setup.pk, rule.needs, guests=rule.lets_guests_in, archived_too=True
            )
            return how.do(given, user)

        path = reverse(f"wizard:{how.page}", args=[setup.pk, *how.args])
        right = wanted(name, role, ours=ours)
        assert (by_code(ask), by_page(browsers[user.pk], path, how.sent)) == (right, right), (role, ours)
        if name in CALLS:
            call, body = CALLS[name]
            status = by_program(secrets[user.pk], f"setups/{setup.pk}/{call}", body)
            # No program acts for a guest, who has no account here.
            assert status == (404 if role is Role.GUEST else right), ("a program", role, ours)

    assert failing_apart(product(OF_A_SETUP, everybody(sides)), check) == []


def test_so_is_an_act_on_something_else(sides: tuple[Side, Side], signed_in: SignedIn) -> None:
    browsers = {user.pk: signed_in(user) for _role, user, _ours in everybody(sides)}
    side = sides[0]

    def check(row: tuple[str, tuple[Role, User, bool]]) -> None:
        name, (role, user, ours) = row
        page, do = OF_OTHER_THINGS[name]
        path = reverse(f"wizard:{page}", args=[side.link.pk if name == "revoke_link" else side.org.pk])
        right = wanted(name, role, ours=ours)
        by_both = (by_code(lambda: do(side, user)), by_page(browsers[user.pk], path, {}))
        assert by_both == (right, right), (role, ours)

    assert failing_apart(product(OF_OTHER_THINGS, everybody(sides)), check) == []


def test_what_was_given_to_one_person_is_not_done_for_another(sides: tuple[Side, Side]) -> None:
    people = sides[0].people
    given = fetch.fetch_setup(people[Role.OWNER], sides[0].setup.pk, Action.CHANGE)
    with pytest.raises(PermissionDenied):
        notes.note(given, people[Role.CONSULTANT], "Called.")
    team = fetch_for(people[Role.OWNER], Action.SEE, Team.objects.all(), team_field="pk", pk=sides[0].team.pk)
    with pytest.raises(PermissionDenied):
        start.begin_for_client(team, people[Role.VIEWER], "Contoso")
