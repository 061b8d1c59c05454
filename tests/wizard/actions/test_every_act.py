"""Every act x every role, of the same team and of another one: the same answer and result at each door."""

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
from notices.models import Notice
from orgs import acts
from orgs.models import Org, RegisteredApp, Revocation
from teams.access import ALLOWED, Action, fetch_for
from teams.acting import tokens
from teams.acting.acts import ACTS, NotDone
from teams.models import Role, Team, User
from teams.models.audit import AuditEntry
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
from wizard.models import Event, GuestInvitation, Setup

pytestmark = pytest.mark.django_db

for found in pkgutil.iter_modules(wizard.actions.__path__, "wizard.actions."):
    import_module(found.name)

NONE = Approval("")
JSON = "application/json"
LOGS = (Event.objects, AuditEntry.objects, Notice.objects)
Do = Callable[[Setup, User], object]


class Row(NamedTuple):
    """How a page and how our own code asks for an act."""

    page: str
    args: tuple[str, ...]
    sent: dict[str, str]
    do: Do


# The first stage and the second are the guest's (tests/access/people.py).
FIRST, STAGE, LINE = "prepare", "policies", "permitted_users"
FILLED_IN = {"mode": "first", "set_label": "Marketing Cloud Connected App", "mid": "1234567"}
OF_A_SETUP = {
    "check": Row("check", (), {}, lambda s, p: reading.check(s, p)),
    "reread_people": Row("reread", ("people",), {}, lambda s, p: reading.reread_people(s, p)),
    "stop": Row("stop", (STAGE,), {}, lambda s, p: reading.stop(s, p, STAGE)),
    "apply": Row("apply", (STAGE,), {}, lambda s, p: changes.apply(s, p, STAGE, NONE)),
    "undo": Row("undo", (STAGE,), {}, lambda s, p: changes.undo(s, p, STAGE, NONE)),
    "choose": Row("inputs", (), FILLED_IN, lambda s, p: choose.choose(s, p, lambda _now: {"mid": "1234567"})),
    "choose_way": Row("way", (STAGE,), {}, lambda s, p: choose.choose_way(s, p, STAGE, 0)),
    "confirm": Row("confirm", (LINE,), {"sure": "1"}, lambda s, p: confirm.confirm(s, p, LINE, sure=True)),
    "unconfirm": Row("confirm", (LINE,), {"take_back": "1"}, lambda s, p: confirm.unconfirm(s, p, LINE)),
    "override": Row("override", (STAGE,), {}, lambda s, p: override.override(s, p, STAGE, "")),
    "hand_over": Row(
        "finish", (), {}, lambda s, p: handover.hand_over(s, p, [], keep_watching=False, proved=True)
    ),
    "reopen": Row("reopen", (), {}, lambda s, p: handover.reopen(s, p)),
    "acknowledge": Row("acknowledge", (LINE,), {}, lambda s, p: handover.acknowledge(s, p, LINE, "", None)),
    "unacknowledge": Row(
        "acknowledge", (LINE,), {"take_back": "1"}, lambda s, p: handover.unacknowledge(s, p, LINE)
    ),
    "look_now": Row("look_now", (), {}, lambda s, p: handover.look_now(s, p)),
    "archive": Row("archive", (), {}, lambda s, p: archive.archive(s, p, proved=True)),
    "unarchive": Row("archive", (), {"take_back": "1"}, lambda s, p: archive.unarchive(s, p)),
    "take_over": Row("take_over", (), {}, lambda s, p: assignment.take_over(s, p)),
    "give_back": Row("give_back", (), {}, lambda s, p: assignment.give_back(s, p)),
    "note": Row("note", (), {"text": "Called."}, lambda s, p: notes.note(s, p, "Called.")),
    "invite": Row(
        "invite",
        (),
        {"stages": STAGE},
        lambda s, p: guest_links.invite(s, p, [STAGE], address="", language="en-gb"),
    ),
}
# The same of a program: of every act on a setup.
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
    "choose": ("choices", {"choices": FILLED_IN}),
    "choose_way": ("way", {"stage": STAGE, "step": LINE, "number": 0}),
    "reread_people": ("read-people", {}),
    "acknowledge": ("acknowledge", {"step": LINE, "reason": "", "until": "2020-01-01"}),
    "unacknowledge": ("unacknowledge", {"step": LINE}),
}


class Other(NamedTuple):
    """Of an act on something else: its page, what that is, our own way, and a program's if it has one."""

    page: str
    about: Callable[[Side], object]
    do: Callable[[Side, User], object]
    call: str = ""


OF_OTHER_THINGS = {
    "begin": Other(
        "wizard:begin",
        lambda side: side.org.pk,
        lambda side, p: start.begin(given_org(side, p, Action.CHANGE), p),
        "orgs/{}/begin",
    ),
    "take_sign_in_back": Other(
        "wizard:wrong_org",
        lambda side: side.org.pk,
        lambda side, p: start.take_sign_in_back(given_org(side, p, Action.CONNECT), p, ""),
    ),
    "revoke_link": Other(
        "wizard:revoke_link",
        lambda side: side.link.pk,
        lambda side, p: guest_links.revoke_link(given_link(side, p), p),
        "links/{}/revoke",
    ),
    "disconnect": Other(
        "orgs:disconnect",
        lambda side: side.org.pk,
        lambda side, p: acts.disconnect(given_org(side, p, Action.CONNECT), p, proved=True),
        "orgs/{}/disconnect",
    ),
    "disconnect_orphaned": Other(
        "orgs:revoke_orphaned",
        lambda side: side.team.pk,
        lambda side, p: acts.disconnect_orphaned(given_team(side, p), p, proved=True),
    ),
    "tell_again": Other(
        "orgs:tell_again",
        lambda side: side.revocation.key,
        lambda side, p: acts.tell_again(given_revocation(side, p), p),
    ),
    "ended_by_hand": Other(
        "orgs:ended_by_hand",
        lambda side: side.revocation.key,
        lambda side, p: acts.ended_by_hand(given_revocation(side, p), p, proved=True),
    ),
    "remove_app": Other(
        "orgs:remove_app",
        lambda side: side.registered_app.pk,
        lambda side, p: acts.remove_app(given_app(side, p), p, proved=True),
    ),
}
# By a form that chooses the team, by a way over Salesforce (tests/wizard/views/test_for_client.py), and by
# a worker that takes a list (tests/bulk/), and by one that takes a secret (test_registered_apps.py).
WITHOUT_A_PAGE = {"begin_for_client", "connect_for_client", "start_and_send", "register_app"}


def given_org(side: Side, person: User, action: Action) -> Org:
    return fetch_for(person, action, Org.objects.select_related("connection"), pk=side.org.pk)


def given_link(side: Side, person: User) -> GuestInvitation:
    rows = GuestInvitation.objects.select_related("setup__org")
    return fetch_for(person, Action.CHANGE, rows, team_field="setup__org__team", pk=side.link.pk)


def given_team(side: Side, person: User) -> Team:
    return fetch_for(person, Action.MANAGE, Team.objects.all(), team_field="pk", pk=side.team.pk)


def given_revocation(side: Side, person: User) -> Revocation:
    return fetch_for(person, Action.MANAGE, Revocation.objects.all(), pk=side.revocation.pk)


def given_app(side: Side, person: User) -> RegisteredApp:
    return fetch_for(person, Action.MANAGE, RegisteredApp.objects.all(), pk=side.registered_app.pk)


@pytest.fixture
def sides(person: MakePerson) -> tuple[Side, Side]:
    return side_of("Ours", person), side_of("Theirs", person)


class Result(NamedTuple):
    """What one door answered, and what was written behind it: history, audit trail, notices."""

    status: int
    events: list[tuple[str, int | None]]
    trail: list[str]
    notices: list[str]


def result_of(ask: Callable[[], int]) -> Result:
    """Whatever it changed is rolled back."""
    last = [log.order_by("-id").values_list("id", flat=True).first() or 0 for log in LOGS]
    with transaction.atomic():
        status = ask()
        events, trail, notices = (
            log.filter(id__gt=before).order_by("id") for log, before in zip(LOGS, last, strict=True)
        )
        found = Result(
            status,
            list(events.values_list("kind", "actor")),
            list(trail.values_list("kind", flat=True)),
            list(notices.values_list("kind", flat=True)),
        )
        transaction.set_rollback(True)
    return found


def by_code(ask: Callable[[], object]) -> Result:
    """Our own code's answer, in the numbers of a page's."""

    def status() -> int:
        try:
            ask()
        except NotDone:
            return 200  # let in, and told why nothing was done
        except PermissionDenied:
            return 403
        except Http404:
            return 404
        return 200

    return result_of(status)


def by_page(browser: Client, path: str, sent: dict[str, str]) -> Result:
    def status() -> int:
        answered: int = browser.post(path, sent).status_code
        return answered if answered in (403, 404) else 200

    return result_of(status)


def by_program(secret: str, path: str, sent: dict[str, object]) -> Result:
    def status() -> int:
        headers = {"Authorization": f"Bearer {secret}"}
        answer = Client().post(f"/api/v1/{path}", json.dumps(sent), JSON, headers=headers)
        return answer.status_code if answer.status_code in (401, 403, 404) else 200

    return result_of(status)


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
        ours_did = by_code(ask)
        assert ours_did.status == wanted(name, role, ours=ours), (role, ours)
        assert by_page(browsers[user.pk], path, how.sent) == ours_did, ("a page", role, ours)
        call, body = CALLS[name]
        by_call = by_program(secrets[user.pk], f"setups/{setup.pk}/{call}", body)
        if role is Role.GUEST:  # no program acts for a guest, who has no account here
            assert by_call == Result(404, [], [], [])
        else:
            assert by_call == ours_did, ("a program", role, ours)

    assert failing_apart(product(OF_A_SETUP, everybody(sides)), check) == []


def test_so_is_an_act_on_something_else(sides: tuple[Side, Side], signed_in: SignedIn) -> None:
    browsers = {user.pk: signed_in(user) for _role, user, _ours in everybody(sides)}
    secrets = {user.pk: tokens.make(user, "A script", "act")[1] for _role, user, _ours in everybody(sides)}
    side = sides[0]

    def check(row: tuple[str, tuple[Role, User, bool]]) -> None:
        name, (role, user, ours) = row
        how = OF_OTHER_THINGS[name]
        ours_did = by_code(lambda: how.do(side, user))
        assert ours_did.status == wanted(name, role, ours=ours), (role, ours)
        path = reverse(how.page, args=[how.about(side)])
        assert by_page(browsers[user.pk], path, {}) == ours_did, ("a page", role, ours)
        if how.call and role is not Role.GUEST:
            call = how.call.format(how.about(side))
            assert by_program(secrets[user.pk], call, {}) == ours_did, ("a program", role, ours)

    assert failing_apart(product(OF_OTHER_THINGS, everybody(sides)), check) == []


def test_what_was_given_to_one_person_is_not_done_for_another(sides: tuple[Side, Side]) -> None:
    people = sides[0].people
    given = fetch.fetch_setup(people[Role.OWNER], sides[0].setup.pk, Action.CHANGE)
    with pytest.raises(PermissionDenied):
        notes.note(given, people[Role.CONSULTANT], "Called.")
    team = fetch_for(people[Role.OWNER], Action.SEE, Team.objects.all(), team_field="pk", pk=sides[0].team.pk)
    with pytest.raises(PermissionDenied):
        start.begin_for_client(team, people[Role.VIEWER], "Contoso")
