"""What a command reads and writes: choices, reports, source, links."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from cli.ends import End
from orgs.models import Org
from teams.models import Team
from tests.cli.terminal import Said, Terminal
from tests.cli.test_pipeline import apply, plan_of
from tests.fixture_types import MakeSetup
from tests.wizard.harness import SetupHarness
from wizard.models import GuestInvitation, Setup
from wizard.report import printed

pytestmark = pytest.mark.django_db(transaction=True)


def usernames(desk: SetupHarness, ids: list[str]) -> list[str]:
    known = dict(desk.org.people.values_list("user_id", "username"))
    return [known[each] for each in ids]


def take(terminal: Terminal, choices: object, *more: str, name: str = "choices.json") -> Said:
    text = choices if isinstance(choices, str) else json.dumps(choices)
    (terminal.home / name).write_text(text, encoding="utf-8")
    return terminal.run("import", name, *more, works=True)


def test_choices_of_a_file_are_made_and_made_only_once(terminal: Terminal, ready: SetupHarness) -> None:
    more = usernames(ready, ready.full_users()[2:4])
    wanted = {"org": ready.org.name, "choices": {"people": more, "set_label": "Another label"}}
    dry = take(terminal, wanted, "--dry-run")
    assert (dry.end, "would change" in dry.out) == (End.DONE, True)
    assert ready.reload().inputs["people"] == ready.full_users()[:2]
    said = take(terminal, wanted)
    assert said.end == End.DONE, said
    assert f"people: {', '.join(usernames(ready, ready.full_users()[:2]))} -> {', '.join(more)}" in said.out
    now = ready.reload().inputs
    assert (now["people"], now["set_name"]) == (ready.full_users()[2:4], "Another_label")
    assert "there already" in take(terminal, wanted).out


def test_a_wrong_choice_is_told_and_nothing_of_that_org_is_kept(
    terminal: Terminal, ready: SetupHarness, make: MakeSetup
) -> None:
    other = make()
    wrong = {"mid": "no digits", "people": ["nobody@example.com"], "colour": "red", "mode": ["first"]}
    wanted = {
        "orgs": [
            {"org": ready.org.name, "choices": {**wrong, "set_label": "Not kept"}},
            {"org": other.org.name, "choices": {"mid": "1234567"}},
        ]
    }
    said = take(terminal, wanted)
    assert said.end == End.USAGE
    for word in ("mid:", "nobody@example.com", "colour", "mode"):
        assert word in said.err
    assert ready.reload().inputs["set_label"] != "Not kept"
    assert other.reload().inputs["mid"] == "1234567"


def test_a_file_of_another_kind_says_what_is_wrong_with_it(terminal: Terminal) -> None:
    for text in ("", "[1]", "{", '{"org": "A"}', '{"choices": {}}', '{"orgs": []}', '{"orgs": 3}'):
        said = take(terminal, text)
        assert (said.end, "is no file of choices" in said.err) == (End.USAGE, True), text
    odd = take(terminal, {"org": "A", "choices": {"mid": 7}})
    assert (odd.end, "`mid` of A" in odd.err) == (End.USAGE, True)
    (terminal.home / "choices.json").write_bytes(b"\xff\xfe\x00")
    assert terminal.run("import", "choices.json").end == End.USAGE
    assert terminal.run("import", "missing.json").end == End.USAGE


def test_an_org_without_a_setup_gets_one_and_toml_will_do(terminal: Terminal, ready: SetupHarness) -> None:
    Setup.objects.update(archived_at=timezone.now())
    said = take(terminal, f'org = "{ready.org.name}"\n[choices]\nmid = "7615541"\n', name="choices.toml")
    assert said.end == End.DONE, said
    assert Setup.objects.get(archived_at=None).inputs["mid"] == "7615541"


def test_the_report_comes_in_four_forms(terminal: Terminal, ready: SetupHarness) -> None:
    def body(kind: str) -> bytes:
        said = terminal.run("report", ready.org.name, "--format", kind, "--output", f"r/report.{kind}")
        assert said.end == End.DONE, said
        return (terminal.home / "r" / f"report.{kind}").read_bytes()

    assert len(list(csv.reader(io.StringIO(body("csv").decode("utf-8-sig"))))) > 38
    assert json.loads(body("json"))["org"]["name"] == ready.org.name
    html = body("html").decode()
    assert ready.org.name in html
    assert "Every line" in html
    assert not [each for each in ("<script", "<link", "<form", "<img", "url(") if each in html]
    assert body("pdf").startswith(b"%PDF-")
    printed_out = terminal.run("report", ready.org.name, "--format", "csv")
    assert printed_out.out.encode().startswith(body("csv")[:40])


def test_a_server_that_cannot_print_says_so(
    terminal: Terminal, ready: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_setup: Setup) -> bytes:
        raise printed.CannotPrint("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(printed, "as_pdf", missing)
    said = terminal.run("report", ready.org.name, "--format", "pdf", "--output", "r.pdf")
    assert (said.end, "no_pdf" in said.err) == (End.NOT_AS_THINGS_STAND, True)
    assert not (terminal.home / "r.pdf").exists()


def test_what_was_made_is_written_as_source_and_over_nothing_else(
    terminal: Terminal, ready: SetupHarness
) -> None:
    none = terminal.run("export", ready.org.name, "--sfdx", "project")
    assert (none.end, "nothing to export" in none.err) == (End.NOT_FOUND, True)
    apply(terminal, ready, plan_of(terminal, ready))
    said = terminal.run("export", ready.org.name, "--sfdx", "project")
    assert said.end == End.DONE, said
    folder = terminal.home / "project"
    source = (
        folder / "force-app/main/default/permissionsets/Marketing_Cloud_Connected_App.permissionset-meta.xml"
    )
    assert "<label>Marketing Cloud Connected App</label>" in source.read_text()
    readme = (folder / "connect-guide" / "README.md").read_text()
    for username in usernames(ready, ready.setup.inputs["people"]):
        assert f"--on-behalf-of {username}" in readme
    assert terminal.run("export", ready.org.name, "--sfdx", "project").end == End.DONE  # the same again
    source.write_text("mine")
    other = terminal.run("export", ready.org.name, "--sfdx", "project")
    assert (other.end, source.name in other.err) == (End.NOT_AS_THINGS_STAND, True)
    assert source.read_text() == "mine"
    assert terminal.run("export", ready.org.name, "--sfdx", "project", "--force").end == End.DONE
    again = take(terminal, (folder / "connect-guide" / "choices.json").read_text())
    assert "there already" in again.out


def test_a_project_that_is_there_keeps_its_own_folder(terminal: Terminal, ready: SetupHarness) -> None:
    apply(terminal, ready, plan_of(terminal, ready))
    project = terminal.home / "theirs" / "sfdx-project.json"
    project.parent.mkdir()

    def export(packages: object) -> int:
        project.write_text(json.dumps({"packageDirectories": packages}))
        return terminal.run("export", ready.org.name, "--sfdx", "theirs").end

    assert export([{"path": "base"}, {"path": "crm/app", "default": True}]) == End.DONE
    assert list(Path(project.parent, "crm/app/main/default/permissionsets").iterdir())
    assert export([{"path": "../elsewhere"}]) == End.NOT_ALL_DONE
    assert export([]) == End.NOT_ALL_DONE


def test_a_link_is_mailed_or_printed_once(terminal: Terminal, ready: SetupHarness) -> None:
    mailed = terminal.run(
        "link", ready.org.name, "--stages", "policies,connect", "--mail", "a@client.example"
    )
    assert mailed.end == End.DONE, mailed
    assert "Mailed to a@client.example, for policies, connect" in mailed.out
    assert "/guest/" not in mailed.out + mailed.err
    assert "/guest/" in mail.outbox[0].body
    assert "/guest/" in terminal.run("link", ready.org.name, "--stages", "policies").out
    wrong = terminal.run("link", ready.org.name, "--stages", "no-such-stage")
    assert (wrong.end, "stages:" in wrong.err) == (End.USAGE, True)
    assert GuestInvitation.objects.count() == 2


def test_a_new_client_gets_a_setup_that_waits_for_their_sign_in(terminal: Terminal, team: Team) -> None:
    said = terminal.run("link", "Newcomer Ltd", "--new", "--team", team.name)
    assert said.end == End.DONE, said
    assert "Newcomer Ltd" in terminal.run("orgs").out
    assert terminal.run("status", "newcomer ltd", "--fail-on", "open").end == End.OPEN
    again = terminal.run("link", "Newcomer Ltd", "--new")
    assert (again.end, "leave --new out" in again.err) == (End.NOT_AS_THINGS_STAND, True)
    assert terminal.run("link", "Other Ltd", "--new", "--team", "Not mine").end == End.NOT_FOUND
    assert Org.objects.filter(org_id="").count() == 1
