"""What is stuck comes first, with why and since when; and one among 5,000 is found in a few queries."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.models import Connection, Org
from teams.models import SetupGuest, Team, User
from tests.fixture_types import SignedIn
from tests.wizard.plans import whole_tables_again_and_again
from tests.wizard.support.test_setup_list import connect_all, job_in, org_rows, setup_in
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.guides.text import Text
from wizard.history.record import record_event
from wizard.models import Event, GuestInvitation, Job, Setup, StepState, Summary
from wizard.support import assignees, judged, needs_help, reasons, setup_list
from wizard.support.needs_help import Filters, Row
from wizard.support.reasons import Reason

pytestmark = pytest.mark.django_db

NOW = timezone.now


def ago(**how: float) -> Any:
    return NOW() - timedelta(**how)


def invite(setup: Setup, stage: str = "policies", **more: Any) -> GuestInvitation:
    values = {"token_hash": uuid.uuid4().hex, "expires_at": NOW() + timedelta(days=5), **more}
    return GuestInvitation.objects.create(setup=setup, stage=stage, **values)


def rows(team: Team, user: User | None = None, **asked: str) -> list[Row]:
    filters = Filters.of(asked)
    found = needs_help.setups(Team.objects.filter(pk=team.pk), filters, user or User())
    return needs_help.rows(needs_help.in_order(found, filters))


def listed(team: Team, user: User | None = None, **asked: str) -> list[tuple[str, Reason]]:
    return [(row.setup.org.name, row.reason) for row in rows(team, user, **asked)]


def stuck_of_each_kind(team: Team, person: User) -> None:
    setup_in(team, "Idle", person, last_activity_at=ago(days=8))
    setup_in(team, "Changed", person, finished_at=ago(days=3), drifted=["permitted_users"])
    setup_in(team, "By hand", person, summary=Summary.BY_HAND, last_activity_at=ago(days=2))
    invite(setup_in(team, "Client", person))
    running = setup_in(team, "Interrupted", person)
    job_in(running, "apply", "running", attempts=1, heartbeat_at=ago(minutes=1))
    job_in(setup_in(team, "Stopped", person), "apply", "failed", error_code="UNABLE_TO_LOCK_ROW")
    setup_in(team, "Signed out", person, connected="needs_reconnecting")
    wrong_account(setup_in(team, "Harm", person, summary=Summary.HARM))


def wrong_account(setup: Setup) -> None:
    """Of an org whose client was sent a link, and in which a change was refused: both wait."""
    says = {"message": "The wrong account is connected."}
    finding = {"status": "to_do", "code": "x", "sentence": says, "remedy": "WRONG_ACCOUNT", "alarm": True}
    StepState.objects.create(setup=setup, step="connected", finding=finding)
    invite(setup, "connect")
    job_in(setup, "apply", "failed", error_code="X")


def test_the_most_stuck_comes_first(team: Team, dana: User) -> None:
    stuck_of_each_kind(team, dana)
    assert listed(team) == [
        ("Harm", Reason.HARM),
        ("Signed out", Reason.RECONNECT),
        ("Stopped", Reason.STOPPED),
        ("Interrupted", Reason.INTERRUPTED),
        ("Changed", Reason.DRIFTED),
        ("Client", Reason.CLIENT),
        ("By hand", Reason.BY_HAND),
        ("Idle", Reason.IDLE),
    ]


def test_each_reason_can_be_asked_for_and_is_counted(team: Team, dana: User) -> None:
    stuck_of_each_kind(team, dana)
    counted = judged.counts(needs_help.setups(Team.objects.all(), Filters(), dana))
    assert counted == {reason: int(reason.is_stuck) for reason in Reason}
    for reason in reasons.STUCK:
        assert [each for _name, each in listed(team, reason=reason.slug)] == [reason]


def test_both_lists_count_alike_and_no_two_reasons_have_the_same_words(team: Team, dana: User) -> None:
    stuck_of_each_kind(team, dana)
    setup_in(team, "Just now", dana, summary=Summary.BY_HAND)
    setup_in(team, "Ready", dana, summary=Summary.READY)
    teams = Team.objects.all()
    orgs = judged.counts(setup_list.setups(teams, setup_list.Filters()))
    stuck = judged.counts(needs_help.setups(teams, Filters(), dana))
    assert {reason: orgs[reason] for reason in reasons.STUCK} == dict.fromkeys(reasons.STUCK, 1)
    assert {reason: stuck[reason] for reason in reasons.STUCK} == dict.fromkeys(reasons.STUCK, 1)
    assert (orgs[Reason.WAITING], orgs[Reason.READY]) == (1, 1)
    assert len({reason.words.plain() for reason in Reason}) == len(Reason)


def sentence(text: Text | None) -> str:
    assert text is not None
    return text.plain()


def test_every_row_says_why_and_what_helps(team: Team, dana: User) -> None:
    stuck_of_each_kind(team, dana)
    told = {row.setup.org.name: (sentence(row.why), sentence(row.next)) for row in rows(team)}
    assert told["Stopped"][0] == "Somebody else was changing the same record."
    assert len({why for why, _next in told.values()}) == 8
    assert told["Harm"][0] == "The wrong account is connected."
    assert "Log out of Engagement everywhere" in told["Harm"][1]
    teams = Team.objects.all()
    orgs = setup_list.rows(setup_list.setups(teams, setup_list.Filters()))
    assert [sentence(row.why) for row in orgs if row.reason is Reason.HARM] == [told["Harm"][0]]


def test_of_one_reason_the_longest_stuck_comes_first(team: Team, dana: User) -> None:
    for name, hours in (("One", 1), ("Nine", 9), ("Five", 5)):
        setup = setup_in(team, name, dana)
        job_in(setup, "apply", "failed", finished_at=ago(hours=hours), error_code="X")
    assert [name for name, _reason in listed(team)] == ["Nine", "Five", "One"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"last_activity_at": 6, "summary": Summary.IN_PROGRESS}, None),
        ({"last_activity_at": 8, "summary": Summary.IN_PROGRESS}, Reason.IDLE),
        ({"last_activity_at": 0.5, "summary": Summary.BY_HAND}, None),
        ({"last_activity_at": 2, "summary": Summary.TO_CONFIRM}, Reason.BY_HAND),
        ({"last_activity_at": 8, "summary": Summary.READY}, Reason.IDLE),
    ],
)
def test_what_goes_on_is_not_stuck(team: Team, dana: User, more: Any, reason: Reason | None) -> None:
    setup_in(team, "Org", dana, summary=more["summary"], last_activity_at=ago(days=more["last_activity_at"]))
    assert [each for _name, each in listed(team)] == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("state", "more", "reason"),
    [
        ("running", {"attempts": 1, "heartbeat_at": 2}, None),
        ("running", {"attempts": 1, "heartbeat_at": 30}, Reason.INTERRUPTED),
        ("queued", {"attempts": 1, "heartbeat_at": 30}, Reason.INTERRUPTED),
        ("queued", {"created_at": 30}, None),
        ("queued", {"created_at": 200}, Reason.INTERRUPTED),
        ("queued", {"created_at": 200, "waiting_for": "other_change"}, None),
    ],
)
def test_a_job_is_interrupted_when_no_worker_has_it(
    team: Team, dana: User, state: str, more: dict[str, Any], reason: Reason | None
) -> None:
    setup = setup_in(team, "Org", dana)
    times = {key: ago(seconds=value) for key, value in more.items() if key.endswith("_at")}
    Job.objects.create(setup=setup, org=setup.org, kind="apply", state=state, **{**more, **times})
    assert [each for _name, each in listed(team)] == ([reason] if reason else [])


def test_a_job_that_was_given_up_counts_as_interrupted(team: Team, dana: User) -> None:
    job_in(setup_in(team, "Org", dana), "apply", "failed", error_code="INTERRUPTED")
    assert listed(team) == [("Org", Reason.INTERRUPTED)]


def all_lines_of(setup: Setup, stage: str, status: str | None = "done", **more: object) -> None:
    finding = {"status": status, "code": "x", "sentence": {"message": "x"}} if status else None
    StepState.objects.bulk_create(
        StepState(setup=setup, step=step.key, finding=finding, **more) for step in GUIDE.stage(stage).steps
    )


def test_the_client_is_waited_for_until_the_stage_is_done_or_the_link_is_worth_nothing(
    team: Team, dana: User
) -> None:
    names = ("Done", "Signed", "Unread", "Over", "Revoked")
    done, signed, unread, over, revoked = (setup_in(team, name, dana) for name in names)
    all_lines_of(done, "policies")
    all_lines_of(signed, "policies", "cannot_check", confirmed_at=NOW())
    all_lines_of(unread, "policies", None, confirmed_at=NOW())
    for setup in (done, signed, unread):
        invite(setup)
        assert listed(team, q=setup.org.name) == [(setup.org.name, Reason.IN_PROGRESS)]
    invite(over, expires_at=ago(hours=1))
    invite(revoked, revoked_at=NOW())
    assert listed(team) == []
    invite(done, "connect", created_at=ago(days=3))
    (row,) = rows(team)
    assert row.reason is Reason.CLIENT
    assert row.invitation is not None
    assert (row.invitation.stage, row.since) == ("connect", row.invitation.created_at)


def test_no_client_is_waited_for_because_of_what_is_only_recommended(team: Team, dana: User) -> None:
    setup = setup_in(team, "Org", dana)
    all_lines_of(setup, "prepare")
    recommended = [step.key for step in GUIDE.stage("prepare").steps if step.recommended]
    assert recommended
    StepState.objects.filter(setup=setup, step__in=recommended).delete()
    invite(setup, "prepare")
    assert listed(team) == []


def test_a_wrong_line_is_not_done_because_somebody_signed_for_it_earlier(team: Team, dana: User) -> None:
    setup = setup_in(team, "Org", dana)
    all_lines_of(setup, "policies", "to_do", confirmed_at=NOW())
    invite(setup)
    assert listed(team) == [("Org", Reason.CLIENT)]


@pytest.mark.parametrize("with_connection", [True, False])
def test_an_org_that_the_client_has_not_signed_in_to_waits_for_the_client(
    team: Team, dana: User, with_connection: bool
) -> None:
    org = Org.objects.create(team=team, name="Unbound")
    if with_connection:
        connect_all([org], "needs_reconnecting")
    setup = Setup.objects.create(org=org, guide_key=GUIDE.key, started_by=dana)
    (row,) = rows(team)
    assert (row.reason, row.since) == (Reason.CLIENT, setup.created_at)
    assert "not signed in yet" in sentence(row.why)


def test_a_setup_that_is_handed_over_or_of_another_team_needs_no_help(
    team: Team, dana: User, stranger: User
) -> None:
    setup_in(team, "Over", dana, connected="revoked", finished_at=NOW())
    setup_in(stranger.teams.get(), "Theirs", stranger, connected="revoked")
    assert listed(team) == []
    assert listed(team, q="over") == [("Over", Reason.HANDED_OVER)]
    assert listed(team, q="theirs") == []


def test_what_changed_after_the_handover_is_named_and_told_since_it_was_noticed(
    team: Team, dana: User
) -> None:
    setup = setup_in(team, "Org", dana, finished_at=ago(days=30), drifted=["permitted_users"])
    for days in (9, 2):  # it was put right in between
        Event.objects.create(setup=setup, kind="drifted", at=ago(days=days))
    (row,) = rows(team)
    assert row.since == setup.events.latest("id").at
    (changed,) = row.changed
    assert changed.plain() == "Not right any more: Only approved people may use the app"


def test_nothing_is_next_once_a_setup_is_handed_over(team: Team, dana: User) -> None:
    setup_in(
        team, "Changed", dana, finished_at=ago(days=3), drifted=["permitted_users"], next_stage="handover"
    )
    setup_in(team, "Open", dana, last_activity_at=ago(days=8), next_stage="handover")
    assert {row.setup.org.name: row.stage is None for row in rows(team)} == {"Changed": True, "Open": False}


def test_it_is_narrowed_to_whose_it_is(team: Team, dana: User, sam: User) -> None:
    for name, assignee in (("Mine", sam), ("Hers", dana), ("Free", None)):
        setup_in(team, name, dana, connected="revoked", assignee=assignee)
    assert [name for name, _reason in listed(team, sam, who="mine")] == ["Mine"]
    assert [name for name, _reason in listed(team, sam, who="nobody")] == ["Free"]
    assert [name for name, _reason in listed(team, sam, who=str(dana.pk))] == ["Hers"]
    assert list(assignees.holders(Team.objects.all())) == [dana, sam]


@pytest.mark.parametrize("asked", [{"reason": "x"}, {"reason": "none"}, {"who": "1; DROP"}, {"who": "٣"}])
def test_what_makes_no_sense_counts_as_not_asked(asked: dict[str, str]) -> None:
    assert Filters.of(asked) == Filters()


@pytest.fixture
def harbour(team: Team, dana: User, sam: User, priya: User) -> Setup:
    """One setup that can be found in every way, beside one that is found in none of them."""
    setup_in(team, "Northwind", dana)
    found = setup_in(team, "Harbour Foods", sam, assignee=priya)
    code = "UNABLE_TO_LOCK_ROW"
    job_in(found, "apply", "failed", reference="1a2b3c4d", error_code=code, error_details="held by a batch")
    guest = User.objects.create_user("x@guests.invalid", name="Gia Client", is_guest=True)
    tomorrow = NOW() + timedelta(days=1)
    SetupGuest.objects.create(user=guest, team=team, setup_id=found.pk, expires_at=tomorrow)
    passed_on = User.objects.create_user("y@guests.invalid", name="Lee Second", is_guest=True)
    invite(found, used_by=passed_on)
    record_event(
        found, "confirmed", actor=User.objects.create_user("u@example.com", name="Uma Actor"), title="x"
    )
    return found


@pytest.mark.parametrize(
    "q",
    [
        *("harbour", "FOODS", "admin@harbour-foods", "Sam Okafor", "sam@example", "priya", "uma act"),
        *("gia cl", "lee sec", "unable_to_lock", "changing the same record", "HELD by", "1A2B3C4D"),
        "UNABLE_TO_LOCK_ROW: held by a batch\nReference 1a2b3c4d, 24 Nov 2026 09:15:00 UTC",
    ],
)
def test_it_is_found_by_org_person_error_or_reference(harbour: Setup, team: Team, q: str) -> None:
    assert listed(team, q=q) == [("Harbour Foods", Reason.STOPPED)]


def test_it_is_found_by_the_orgs_id(harbour: Setup, team: Team) -> None:
    for q in (harbour.org.org_id, harbour.org.org_id[:15]):
        assert listed(team, q=q) == [("Harbour Foods", Reason.STOPPED)]


@pytest.mark.parametrize("q", ["1a2b3c4e", "100%", "_____", "nothing at all", "11a2b3c4d"])
def test_what_is_not_there_is_not_found(harbour: Setup, team: Team, q: str) -> None:
    assert listed(team, q=q) == []


def test_an_error_is_found_in_the_words_of_the_readers_language(harbour: Setup, team: Team) -> None:
    from django.utils import translation

    from wizard.messages import remedies
    from wizard.messages.render import plain

    with translation.override("de"):
        words = plain(remedies.get("UNABLE_TO_LOCK_ROW").happened)
        assert "record" not in words
        assert listed(team, q=words[:30]) == [("Harbour Foods", Reason.STOPPED)]


# -- many


@pytest.fixture
def five_thousand(team: Team, dana: User, sam: User) -> str:
    """Every reason among them; the reference of one job of one of them."""
    orgs = org_rows(team, [f"Client {number:05d}" for number in range(5_000)])
    connect_all(orgs)
    Connection.objects.filter(org__in=orgs[::10]).update(state="needs_reconnecting")
    setups = Setup.objects.bulk_create(
        [
            Setup(
                org=org,
                guide_key=GUIDE.key,
                started_by=dana,
                assignee=sam if number % 7 == 0 else None,
                summary=list(Summary)[number % 4],
                last_activity_at=ago(days=number % 10),
            )
            for number, org in enumerate(orgs)
        ],
        batch_size=2000,
    )
    Job.objects.bulk_create(
        [
            Job(
                setup=setup,
                org_id=setup.org_id,
                kind="check",
                state="failed" if number % 5 == 1 else "done",
                error_code="UNABLE_TO_LOCK_ROW" if number % 5 == 1 else "",
                reference=f"{number * 4 + again:08x}",
            )
            for number, setup in enumerate(setups)
            for again in range(4)
        ],
        batch_size=5000,
    )
    GuestInvitation.objects.bulk_create(
        GuestInvitation(
            setup=setup, stage="policies", token_hash=uuid.uuid4().hex, expires_at=NOW() + timedelta(days=1)
        )
        for setup in setups[3::10]
    )
    Event.objects.bulk_create(
        [
            Event(setup=setup, kind="check_requested", actor=dana, actor_name=dana.name)
            for setup in setups
            for _twice in range(2)
        ],
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return f"{3_333 * 4 + 2:08x}"


QUERIES = (
    "",
    "?q={reference}",
    "?q=lock_row",
    "?q=client+033",
    "?q=sam+okafor",
    "?reason=client&who=nobody",
    "?page=90",
)


def test_one_among_five_thousand_is_found_in_a_few_quick_queries(
    five_thousand: str, team: Team, sam: User, signed_in: SignedIn
) -> None:
    browser = signed_in(sam)
    browser.get(reverse("wizard:support"))  # templates are loaded
    for query in QUERIES:
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(reverse("wizard:support") + query.format(reference=five_thousand))
        assert answer.status_code == 200
        assert len(queries) <= 12, (query, len(queries))
        assert 1 <= answer.content.count(b'class="name"') <= 25
    only = browser.get(reverse("wizard:support") + f"?q={five_thousand}").content.decode()
    assert "Client 03333" in only
    assert only.count('class="name"') == 1
    for asked in ({}, {"q": five_thousand}, {"q": "lock_row"}, {"q": "sam okafor"}):
        filters = Filters.of(asked)
        found = needs_help.setups(Team.objects.filter(pk=team.pk), filters, sam)
        assert whole_tables_again_and_again(needs_help.in_order(found, filters)[:25]) == [], asked
