"""What a program does: the same acts as a page's buttons, once for each key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from api.models import KeptAnswer
from orgs.models import Org
from teams.membership import programs
from teams.models import Team, User
from tests.api.conftest import MakeProgram, Program
from tests.api.test_reading import codes
from tests.wizard.harness import SetupHarness
from wizard.models import GuestInvitation, Job, Setup

pytestmark = pytest.mark.django_db
DONE = "https://app.partner.example/done"


@pytest.fixture
def program(checked: SetupHarness, program_of: MakeProgram) -> Program:
    return program_of(checked.person)


@pytest.fixture
def here(checked: SetupHarness) -> str:
    return f"setups/{checked.setup.pk}"


def test_a_plan_that_was_seen_is_carried_out_and_undone(
    checked: SetupHarness, program: Program, here: str
) -> None:
    checked.choose(2)
    checked.check()
    plan = program.get(f"{here}/plan", stage="permission_set").json()
    assert plan["count"] == len(plan["rows"]) == 1
    started = program.post(f"{here}/apply", stage="permission_set", fingerprint=plan["fingerprint"])
    assert started.status_code == 202
    job = Job.objects.get(pk=started.json()["job"]["id"])
    assert checked.work(job).state == "done"
    assert program.get(f"jobs/{job.pk}").json()["state"] == "done"
    assert program.get(f"{here}/plan", stage="permission_set").json()["count"] == 0
    again = program.post(f"{here}/apply", stage="permission_set", fingerprint=plan["fingerprint"])
    assert codes(again) == (409, "nothing_to_change")
    undo = program.get(f"{here}/undo-plan", stage="permission_set").json()
    taken_back = program.post(f"{here}/undo", stage="permission_set", fingerprint=undo["fingerprint"])
    assert checked.work(Job.objects.get(pk=taken_back.json()["job"]["id"])).state == "done"


def test_another_plan_than_the_one_that_was_seen_is_not_carried_out(
    checked: SetupHarness, program: Program, here: str
) -> None:
    checked.choose(2)
    checked.check()
    refused = program.post(f"{here}/apply", stage="permission_set", fingerprint="of-yesterday")
    assert codes(refused) == (409, "plan_changed")
    assert not Job.objects.filter(kind="apply").exists()


def test_in_production_the_name_of_the_org_is_asked_for(
    checked: SetupHarness, program: Program, here: str
) -> None:
    checked.choose(2)
    checked.check()
    Org.objects.update(is_sandbox=False)
    plan = program.get(f"{here}/plan", stage="permission_set").json()
    assert plan["asks_for_org_name"] is True
    sent = {"stage": "permission_set", "fingerprint": plan["fingerprint"]}
    assert codes(program.post(f"{here}/apply", **sent)) == (422, "name_missing")
    assert program.post(f"{here}/apply", **sent, org_name=checked.org.name).status_code == 202


def test_a_token_that_may_only_read_does_nothing(
    checked: SetupHarness, program_of: MakeProgram, here: str
) -> None:
    reader = program_of(checked.person, "read")
    assert codes(reader.post(f"{here}/check")) == (403, "token_reads_only")
    assert reader.get(here).status_code == 200


def test_the_same_key_is_done_once_and_answered_alike(
    checked: SetupHarness, program: Program, here: str
) -> None:
    first = program.post(f"{here}/notes", key="note-1", text="Called the client.")
    again = program.post(f"{here}/notes", key="note-1", text="Called the client.")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(checked.events("note")) == 1
    program.post(f"{here}/notes", key="note-2", text="Called the client.")
    assert len(checked.events("note")) == 2


def test_a_key_that_comes_with_another_body_is_refused_and_nothing_is_done(
    checked: SetupHarness, program: Program, here: str
) -> None:
    program.post(f"{here}/notes", key="k", text="One.")
    assert codes(program.post(f"{here}/notes", key="k", text="Two.")) == (422, "key_reused")
    assert codes(program.post(f"{here}/take-over", key="k")) == (422, "key_reused")
    assert [event.data["text"] for event in checked.events("note")] == ["One."]
    assert checked.reload().assignee is None


def test_what_was_not_done_may_be_asked_again_with_its_key(
    checked: SetupHarness, program: Program, here: str
) -> None:
    checked.setup.finished_at = checked.setup.created_at
    checked.setup.save(update_fields=["finished_at"])
    assert codes(program.post(f"{here}/take-over", key="k")) == (409, "finished")
    checked.setup.finished_at = None
    checked.setup.save(update_fields=["finished_at"])
    assert program.post(f"{here}/take-over", key="k").json()["assigned_to"] == checked.person.name


def test_a_link_is_made_mailed_and_revoked(checked: SetupHarness, program: Program, here: str) -> None:
    sent = {"stages": ["policies"], "email": "admin@client.example", "language": "de"}
    made = program.post(f"{here}/links", key="link", **sent).json()
    assert made["link"] in mail.outbox[0].body
    assert program.post(f"{here}/links", key="link", **sent).json() == made
    assert len(mail.outbox) == GuestInvitation.objects.count() == 1
    assert made["link"] not in str(KeptAnswer.objects.values_list("body", flat=True).get().sealed())
    assert [each["id"] for each in program.get(f"{here}/links").json()["items"]] == [made["id"]]
    assert program.post(f"links/{made['id']}/revoke").json() == {"done": True}
    assert codes(program.post(f"links/{made['id']}/revoke")) == (409, "link_over")
    wrong = program.post(f"{here}/links", stages=["no such stage"])
    assert codes(wrong) == (422, "not_valid")
    assert wrong.json()["errors"][0]["where"] == "stages"


def test_a_link_speaks_a_language_and_leads_on_to_an_address_of_https_only(
    checked: SetupHarness, program: Program, here: str
) -> None:
    for address in ("http://partner.example/", "javascript:alert(1)", "https://us@evil.example/"):
        refused = program.post(f"{here}/links", return_to=address, stages=["policies"], language="de")
        assert codes(refused) == (422, "return_refused")
    assert not GuestInvitation.objects.exists()
    made = program.post(f"{here}/links", return_to=DONE, stages=["policies"], language="de").json()
    assert "Salesforce" in made["message"]
    assert "Einrichtung" in made["message"] or "Sie" in made["message"]
    assert GuestInvitation.objects.get().return_to == DONE
    assert "partner.example" not in made["link"], "no address of ours carries another one"


def test_choices_are_made_by_name_and_whoever_is_not_found_is_named(
    checked: SetupHarness, program: Program, here: str
) -> None:
    checked.read_people()
    before = checked.reload().inputs
    known = list(checked.org.people.filter(active=True).order_by("username")[:3])
    usernames = [person.username for person in known]
    sent = {"mode": "first", "mid": "1234567", "connection_user": usernames[0]}
    wrong = program.post(f"{here}/choices", choices={**sent, "people": [usernames[1], "nobody@else.example"]})
    assert codes(wrong) == (422, "not_valid")
    assert "nobody@else.example" in str(wrong.json()["errors"])
    assert codes(program.post(f"{here}/choices", choices={**sent, "mid": "no digits"})) == (422, "not_valid")
    assert checked.reload().inputs == before, "nothing was kept of any of them"
    told = program.post(f"{here}/choices", choices={**sent, "people": usernames[1:]}).json()
    assert (told["choices"]["people"], told["choices"]["mid"]) == (usernames[1:], "1234567")
    assert checked.reload().inputs["connection_user"] == known[0].user_id
    assert program.get(f"{here}/choices").json() == told
    assert len(checked.events("input_changed")) == 1


def test_people_are_read_again_and_a_way_that_is_not_offered_is_told(program: Program, here: str) -> None:
    assert program.post(f"{here}/read-people").json()["job"]["kind"] == "people"
    refused = program.post(f"{here}/way", stage="permission_set", step="set_exists", number=7)
    assert codes(refused) == (409, "not_offered")


def test_our_access_is_ended(checked: SetupHarness, program: Program) -> None:
    told = program.post(f"orgs/{checked.org.pk}/disconnect").json()
    assert told["connection"] == "revoked"
    assert checked.events("disconnected")
    assert codes(program.post(f"setups/{checked.setup.pk}/check")) == (409, "sign_in_first")


def test_a_difference_is_seen_said_to_be_all_right_and_that_is_taken_back(
    checked: SetupHarness, program: Program, here: str
) -> None:
    finding = {"status": "to_do", "code": "self", "sentence": {"message": "Too open", "params": {}}}
    Setup.objects.filter(pk=checked.setup.pk).update(
        finished_at=timezone.now(),
        keep_watching=True,
        drifted=["permitted_users"],
        drift_findings={"permitted_users": finding},
    )
    (seen,) = program.get(f"{here}/differences").json()["items"]
    assert (seen["step"], seen["sentence"], seen["known"]) == ("permitted_users", "Too open", False)
    until = (timezone.now().date() + timedelta(days=5)).isoformat()
    said = {"step": "permitted_users", "reason": "The client tests it", "until": until}
    (known,) = program.post(f"{here}/acknowledge", **said).json()["items"]
    assert (known["known"], known["known_by"], known["known_until"]) == (True, checked.person.name, until)
    (again,) = program.post(f"{here}/unacknowledge", step="permitted_users").json()["items"]
    assert again["known"] is False
    assert codes(program.post(f"{here}/unacknowledge", step="permitted_users")) == (409, "not_known")
    assert codes(program.post(f"{here}/acknowledge", **{**said, "step": "x"})) == (422, "not_valid")


def test_a_team_s_program_does_it_in_its_own_name(
    checked: SetupHarness, priya: User, team: Team, here: str
) -> None:
    program = Program(*programs.make(team, "Nightly check", "act", priya))
    me = program.get("me").json()
    assert (me["name"], me["email"], [each["name"] for each in me["teams"]]) == (
        "Nightly check",
        "",
        [team.name],
    )
    assert program.post(f"{here}/take-over").json()["assigned_to"] == "Nightly check"
    assert checked.reload().assignee == program.token.user
    programs.revoke(program.token, priya)
    assert codes(program.get("me")) == (401, "token_revoked")
    assert checked.reload().assignee is None, "what it had is free for others"


def test_a_setup_is_handed_over_with_the_lines_that_were_seen_open(
    checked: SetupHarness, program: Program, here: str
) -> None:
    assert codes(program.post(f"{here}/hand-over", open=[])) == (409, "lines_fell")
    stages = program.get(f"{here}/lines").json()["stages"]
    seen = [line["step"] for stage in stages for line in stage["lines"] if not line["done"]]
    started = program.post(f"{here}/hand-over", open=seen)
    assert checked.work(Job.objects.get(pk=started.json()["job"]["id"])).state == "done"
    assert program.get(here).json()["handed_over_at"]
    assert program.post(f"{here}/reopen").json()["handed_over_at"] is None


def test_what_nothing_can_read_is_signed_in_the_persons_name(
    checked: SetupHarness, program: Program, here: str
) -> None:
    stages = program.get(f"{here}/lines").json()["stages"]
    step = next(line["step"] for stage in stages for line in stage["lines"] if line["can_confirm"])
    program.post(f"{here}/confirm", step=step)
    stages = program.get(f"{here}/lines").json()["stages"]
    (line,) = [line for stage in stages for line in stage["lines"] if line["step"] == step]
    assert line["confirmed_by"] == checked.person.name
    assert codes(program.post(f"{here}/confirm", step="nonsense")) == (422, "not_valid")
    assert codes(program.post(f"{here}/confirm", step="package_installed")) in (
        (409, "read_by_us"),
        (422, "not_valid"),
    )


def test_what_is_put_away_says_so_and_is_taken_back(program: Program, here: str) -> None:
    assert program.post(f"{here}/archive").json()["archived_at"]
    assert codes(program.post(f"{here}/check")) == (409, "archived")
    assert program.post(f"{here}/unarchive").json()["archived_at"] is None


def test_a_body_that_is_no_json_or_too_large_is_told(program: Program, here: str) -> None:
    def sent(body: bytes) -> object:
        headers = {"Authorization": f"Bearer {program.secret}"}
        path = f"/api/v1/{here}/notes"
        return program.client.post(path, body, content_type="application/json", headers=headers)

    assert codes(sent(b"{")) == (400, "bad_request")
    assert codes(sent(b'{"text": "' + b"x" * 600_000 + b'"}')) == (413, "too_large")
