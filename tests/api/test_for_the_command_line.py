"""What programs ask beyond the pages: outcomes one by one, choices, clients by name, the report as files."""

from __future__ import annotations

import pytest

from teams.models import AuditEntry, Team, User
from tests.api.conftest import MakeProgram, Program
from tests.api.test_reading import codes
from tests.fixture_types import MakePerson
from tests.wizard.harness import SetupHarness
from wizard.models import Setup

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(checked: SetupHarness, program_of: MakeProgram) -> Program:
    checked.read_people()
    return program_of(checked.person)


@pytest.fixture
def here(checked: SetupHarness) -> str:
    return f"setups/{checked.setup.pk}"


def test_each_change_of_a_plan_has_a_key_and_its_outcome_too(
    checked: SetupHarness, program: Program, here: str
) -> None:
    planned = program.get(f"{here}/plan").json()
    assert planned["count"] == len(planned["changes"]) > len(planned["rows"])
    job = checked.apply()
    told = program.get(f"jobs/{job.pk}/outcomes").json()
    assert (told["job"]["state"], told["why"]) == ("done", None)
    assert {each["key"] for each in told["items"]} == {each["key"] for each in planned["changes"]}
    assert {each["result"] for each in told["items"]} == {"made"}


def test_a_refusal_is_told_with_its_code_and_what_to_do(checked: SetupHarness, program: Program) -> None:
    _first, second = checked.setup.inputs["people"]
    job = checked.approve()
    with checked.stand.world.lock:
        checked.theirs.update("User", second, {"IsActive": False}, checked.theirs.admin_id)
    told = program.get(f"jobs/{checked.work(job).pk}/outcomes").json()
    (refused,) = [each for each in told["items"] if each["result"] == "refused"]
    assert refused["code"]
    assert refused["why"]
    assert told["why"]


def test_what_was_made_is_told_until_it_is_taken_back(
    checked: SetupHarness, program: Program, here: str
) -> None:
    checked.apply()
    made = program.get(f"{here}/made").json()["items"]
    names = {each["username"] for each in made if each["kind"] == "assign"}
    assert len(names) == 3
    checked.org.people.all().delete()  # as a disconnect does
    assert {each["username"] for each in program.get(f"{here}/made").json()["items"]} == {None}
    checked.undo()
    assert program.get(f"{here}/made").json()["items"] == []


def test_choices_are_read_as_they_are_written(checked: SetupHarness, program: Program, here: str) -> None:
    chosen = program.get(f"{here}/choices").json()["choices"]
    assert len(chosen["people"]) == 2
    assert program.post(f"{here}/choices", choices=chosen).json()["choices"] == chosen
    assert program.post(f"{here}/choices", choices={"people": []}).json()["choices"]["people"] == []
    assert checked.reload().inputs["people"] == []
    assert codes(program.post(f"{here}/choices", choices={"people": ["nobody@x.example"]})) == (
        422,
        "not_valid",
    )
    assert codes(program.post(f"{here}/choices", choices={"mode": "sideways"})) == (422, "not_valid")


def test_a_dry_run_keeps_nothing(checked: SetupHarness, program: Program, here: str) -> None:
    said = program.post(f"{here}/choices?dry_run=true", choices={"mid": "1234567"}).json()
    assert said["choices"]["mid"] == "1234567"
    assert "mid" not in {key for key, value in checked.reload().inputs.items() if value == "1234567"}
    assert checked.events("input_changed") == []


def test_a_client_is_begun_by_name_in_a_team_of_ones_own(
    program: Program, team: Team, stranger: User
) -> None:
    made = program.post(f"teams/{team.pk}/begin", name="  Newcomer Ltd ").json()
    assert (made["org"]["name"], made["state"]) == ("Newcomer Ltd", "client")
    theirs = stranger.memberships.get().team_id
    assert codes(program.post(f"teams/{theirs}/begin", name="X")) == (404, "not_found")
    assert codes(program.post(f"teams/{team.pk}/begin", name="  ")) == (422, "not_valid")


def test_whoever_may_only_look_takes_nothing_out(
    checked: SetupHarness, program_of: MakeProgram, person: MakePerson, team: Team, here: str
) -> None:
    viewer = program_of(person("Vera Viewer", team, "viewer"))
    for path in ("report.csv", "report.html", "report.pdf", "made", "choices"):
        assert codes(viewer.get(f"{here}/{path}")) == (403, "not_allowed"), path
    assert viewer.get(f"{here}/lines").status_code == 200


def test_what_is_taken_out_stands_in_the_trail(program: Program, here: str) -> None:
    for kind in ("csv", "html"):
        answer = program.get(f"{here}/report.{kind}")
        assert answer.headers["Content-Type"].startswith(f"text/{kind}")
    taken = AuditEntry.objects.filter(kind="wizard.report_exported")
    assert [each.data["format"] for each in taken.order_by("pk")] == ["csv", "html"]


def test_a_setup_says_when_somebody_looked_last(checked: SetupHarness, program: Program, here: str) -> None:
    assert program.get(here).json()["looked_at"] is None
    Setup.objects.update(drift_read_at=checked.setup.created_at, drift_checked_at=checked.setup.created_at)
    told = program.get(here).json()
    assert (bool(told["looked_at"]), told["look_failed"]) == (True, False)
