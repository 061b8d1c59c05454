"""What a program sees: what its person sees, a part at a time, and nothing once its token is taken back."""

from __future__ import annotations

import pytest

from orgs.models import Org
from teams.acting import tokens
from teams.models import ApiToken, Membership, Role, Team, User
from tests.api.conftest import MakeProgram
from tests.fixture_types import MakePerson
from tests.wizard.harness import SetupHarness
from tests.wizard.support.test_setup_list import setup_in
from wizard.models import Setup

pytestmark = pytest.mark.django_db


def codes(answer: object) -> tuple[int, str]:
    """A problem's status and code, in its own media type."""
    assert answer.headers["Content-Type"] == "application/problem+json"  # type: ignore[attr-defined]
    told = answer.json()  # type: ignore[attr-defined]
    assert told["title"]
    return told["status"], told["code"]


def test_a_program_without_a_token_that_works_gets_nothing(dana: User, program_of: MakeProgram) -> None:
    program = program_of(dana)
    assert program.get("me").json()["name"] == "Dana Whitfield"
    no_token = program.client.get("/api/v1/me")
    assert codes(no_token) == (401, "no_token")
    assert no_token.headers["WWW-Authenticate"] == "Bearer"
    program.secret = "cg_nobody"
    assert codes(program.get("me")) == (401, "no_token")


def test_a_signed_in_browser_is_nobody_here(dana: User, signed_in: object) -> None:
    browser = signed_in(dana)  # type: ignore[operator]
    assert codes(browser.get("/api/v1/me")) == (401, "no_token")
    assert codes(browser.get("/api/v1/nothing/")) == (404, "not_found")


def test_who_left_or_is_locked_out_has_programs_that_see_nothing(
    team: Team, dana: User, program_of: MakeProgram
) -> None:
    setup_in(team, "Northwind", dana)
    program = program_of(dana)
    assert len(program.get("setups").json()["items"]) == 1
    Membership.objects.filter(user=dana).delete()
    assert program.get("setups").json()["items"] == []
    User.objects.filter(pk=dana.pk).update(is_active=False)
    assert codes(program.get("setups")) == (401, "no_token")


def test_a_list_goes_on_where_it_ended_whatever_came_meanwhile(
    team: Team, dana: User, program_of: MakeProgram
) -> None:
    program = program_of(dana, "read")
    for number in range(5):
        setup_in(team, f"Client {number}", dana)
    seen, cursor = [], ""
    while True:
        page = program.get("setups", limit="2", cursor=cursor).json()
        seen += [each["org"]["name"] for each in page["items"]]
        setup_in(team, f"New {len(seen)}", dana)
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen == [f"Client {number}" for number in reversed(range(5))]
    assert codes(program.get("setups", cursor="bm9uZQ")) == (422, "not_valid")


def test_a_token_that_is_revoked_in_the_middle_of_a_list_ends_it(
    team: Team, dana: User, program_of: MakeProgram
) -> None:
    program = program_of(dana, "read")
    for number in range(3):
        setup_in(team, f"Client {number}", dana)
    cursor = program.get("setups", limit="2").json()["next_cursor"]
    tokens.revoke(program.token)
    assert codes(program.get("setups", limit="2", cursor=cursor)) == (401, "token_revoked")
    ApiToken.objects.update(revoked_at=None, expires_at=program.token.created_at)
    assert codes(program.get("setups")) == (401, "token_expired")


def test_setups_are_found_by_what_a_page_finds_them_by(
    team: Team, dana: User, program_of: MakeProgram
) -> None:
    program = program_of(dana)
    setup_in(team, "Northwind", dana, assignee=dana)
    setup_in(team, "Contoso", dana, connected="revoked")

    def found(**query: str) -> list[str]:
        return [each["org"]["name"] for each in program.get("setups", **query).json()["items"]]

    assert found(q="north") == ["Northwind"]
    assert found(assigned_to="mine") == ["Northwind"]
    assert found(assigned_to="nobody") == ["Contoso"]
    assert found(state="reconnect") == ["Contoso"]
    assert codes(program.get("setups", state="nonsense")) == (422, "not_valid")


def test_another_teams_things_do_not_exist(
    checked: SetupHarness, person: MakePerson, program_of: MakeProgram
) -> None:
    outsider = program_of(person("Otto Outside", Team.objects.create(name="Elsewhere"), Role.OWNER))
    job = checked.setup.jobs.first()
    assert job is not None
    here = f"setups/{checked.setup.pk}"
    addresses = (here, *(f"{here}/{part}" for part in ("lines", "history", "report", "plan", "links")))
    for path in (*addresses, f"orgs/{checked.org.pk}", f"jobs/{job.pk}"):
        assert codes(outsider.get(path)) == (404, "not_found"), path
    assert outsider.get("orgs").json()["items"] == outsider.get("setups").json()["items"] == []


def test_a_viewer_sees_the_lines_and_takes_nothing_out(
    checked: SetupHarness, team: Team, person: MakePerson, program_of: MakeProgram
) -> None:
    viewer = program_of(person("Vic Viewer", team, Role.VIEWER))
    assert viewer.get(f"setups/{checked.setup.pk}/lines").status_code == 200
    for part in ("report", "history"):
        assert codes(viewer.get(f"setups/{checked.setup.pk}/{part}")) == (403, "not_allowed")


def test_each_line_has_what_the_check_said_and_its_proof(
    checked: SetupHarness, program_of: MakeProgram
) -> None:
    told = program_of(checked.person).get(f"setups/{checked.setup.pk}/lines").json()
    lines = {line["step"]: line for stage in told["stages"] for line in stage["lines"]}
    shown = {view.step.key: view for stage in checked.now().overview.stages for view in stage.steps}
    assert {key: line["done"] for key, line in lines.items()} == {key: shown[key].done for key in shown}
    assert lines["package"]["proof"] == "api" if "package" in lines else True
    assert all(line["sentence"] for line in lines.values() if line["status"])


def test_what_is_as_it_was_is_not_sent_again(checked: SetupHarness, program_of: MakeProgram) -> None:
    program, here = program_of(checked.person), f"setups/{checked.setup.pk}"
    for path in (here, f"{here}/lines", f"{here}/report", "orgs"):
        first = program.get(path)
        again = program.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path
    tag = program.get(here).headers["ETag"]
    Setup.objects.update(assignee=checked.person)
    assert program.get(here, headers={"If-None-Match": tag}).status_code == 200


def test_history_is_read_part_by_part_and_taking_it_out_is_in_the_audit_trail(
    checked: SetupHarness, program_of: MakeProgram
) -> None:
    program, path = program_of(checked.person), f"setups/{checked.setup.pk}/history"
    whole = program.get(path, limit="100").json()["items"]
    kinds, cursor = [], ""
    while True:
        page = program.get(path, limit="1", cursor=cursor).json()
        kinds += [each["kind"] for each in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert kinds == [each["kind"] for each in whole]
    assert whole[-1]["sentences"]
    from teams.models.audit import AuditEntry

    for _ in range(3):
        program.get(f"setups/{checked.setup.pk}/report")
    other = program_of(checked.person)
    other.get(f"setups/{checked.setup.pk}/report")
    taken = AuditEntry.objects.filter(kind__endswith="_exported", setup_id=checked.setup.pk).order_by("id")
    assert [(entry.kind, entry.data["program"]) for entry in taken] == [
        ("wizard.history_exported", str(program.token.pk)),
        ("wizard.report_exported", str(program.token.pk)),
        ("wizard.report_exported", str(other.token.pk)),
    ], "which program took it is told once an hour, however often it asks"


def test_an_org_shows_nothing_secret(checked: SetupHarness, program_of: MakeProgram) -> None:
    told = program_of(checked.person).get(f"orgs/{checked.org.pk}")
    connection = Org.objects.get(pk=checked.org.pk).connection
    assert told.json()["connection"] == "connected"
    for secret in (connection.access_token, connection.refresh_token):
        assert secret.reveal() not in told.content.decode()


def test_too_many_calls_wait(dana: User, program_of: MakeProgram, monkeypatch: pytest.MonkeyPatch) -> None:
    from teams import limits

    program = program_of(dana)
    monkeypatch.setattr(limits, "calling", lambda _token: 7)
    answer = program.get("me")
    assert codes(answer) == (429, "too_often")
    assert answer.headers["Retry-After"] == "7"


def test_a_wrong_method_is_a_problem_and_no_page(dana: User, program_of: MakeProgram) -> None:
    answer = program_of(dana).post("me")
    assert codes(answer) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET"
