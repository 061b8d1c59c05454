"""The report as a page and as files: before and now, what is open, exceptions, nothing that runs."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from simulator import policies
from teams.models import AuditEntry, User
from teams.spreadsheets import FORMULA, safe
from tests.fixture_types import MakeSetup
from tests.wizard.harness import SetupHarness, connect
from tests.wizard.views.conftest import Site, SiteOf
from wizard.messages.render import words
from wizard.report import build, export, printed
from wizard.report.export import COLUMNS

pytestmark = pytest.mark.django_db


def finished(make: MakeSetup) -> SetupHarness:
    """All done, IP relaxation proved and the connection user an administrator."""
    desk: SetupHarness = make("all_done")
    desk.choose(0)
    desk.check()
    return desk


def table(site: Site) -> list[dict[str, str]]:
    answer = site.get("report_csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff"), "else Excel takes it for another character set"
    return list(csv.DictReader(io.StringIO(text[1:])))


# Before and now


def test_a_step_that_we_did_says_what_was_before_and_who(checked: SetupHarness) -> None:
    checked.apply()
    steps = {row.view.step.key: row for row in build.build(checked.reload()).steps}
    made = steps["set_created"]
    assert made.before
    assert made.how
    assert (made.before.plain(), made.how.plain(), made.who) == (
        "not there",
        "Done for you",
        "Dana Whitfield",
    )
    assert [line.number for line in made.lines] == [11, 12, 13, 16]
    assert steps["permitted_users"].before is None


def test_a_step_that_a_person_did_in_salesforce_says_both_values(checked: SetupHarness) -> None:
    with checked.stand.world.lock:
        apps = [
            row for row in checked.theirs.rows("ConnectedApplication") if "Marketing Cloud" in row["Name"]
        ]
        apps[0]["OptionsAllowAdminApprovedUsersOnly"] = True
    checked.check()
    step = {row.view.step.key: row for row in build.build(checked.setup).steps}["permitted_users"]
    assert step.before
    assert step.now
    assert step.how
    assert step.before.plain() == "All users may self-authorize"
    assert step.now.plain() == "Admin approved users are pre-authorized"
    assert step.how.plain() == "By hand in Salesforce"


def test_what_was_undone_is_not_called_done_for_you(checked: SetupHarness) -> None:
    checked.apply()
    checked.undo()
    steps = {row.view.step.key: row for row in build.build(checked.reload()).steps}
    assert steps["set_created"].how is None


def test_what_was_right_already_says_so(make: MakeSetup) -> None:
    steps = {row.view.step.key: row for row in build.build(finished(make).setup).steps}
    how = steps["set_created"].how
    assert how
    assert how.plain() == "Was right already"


def test_every_line_is_in_exactly_one_step_and_the_page_shows_what_is_open(site: Site) -> None:
    built = build.build(site.desk.setup)
    assert sorted(line.number for step in built.steps for line in step.lines) == list(range(1, 39))
    page = site.page("report")
    for step in built.open_steps:
        assert words(step.sentence) in page
    for part in ("What was left open", "Received by (name, date, signature)", "Download as CSV"):
        assert part in page


# Exceptions


def test_the_report_says_between_which_times_its_lines_were_read(site: Site) -> None:
    states = site.desk.setup.step_states
    states.update(checked_at=datetime(2026, 1, 1, 7, 30, tzinfo=UTC))
    assert "Read from the org on 1 Jan 2026, 07:30" in site.page("report")
    states.filter(step="permitted_users").update(checked_at=datetime(2026, 1, 1, 7, 33, tzinfo=UTC))
    said = " ".join(site.page("report").split())
    assert re.search(
        "Each line was read from the org between 1 Jan 2026, 07:30 .* and 1 Jan 2026, 07:33", said
    )


def test_relaxed_ip_restrictions_are_explained_with_the_control_that_makes_up_for_them(
    make: MakeSetup, site_of: SiteOf
) -> None:
    desk = finished(make)
    rows = {row.exemption.key: row for row in build.build(desk.setup).exemptions}
    assert {view.step.key: view.done for view in rows["relaxed_ip"].controls} == {
        "refresh_token": True,
        "permitted_users": True,
        "set_on_app": True,
    }
    page = site_of(desk).page("report")
    for part in (
        "Relax IP restrictions",
        "Enforce IP restrictions",
        "Refresh tokens of this app expire at once",
    ):
        assert part in page


def test_a_control_that_is_not_there_is_not_said_to_be(checked: SetupHarness) -> None:
    with checked.stand.world.lock:
        user = checked.theirs.get(checked.theirs.connection_user_id)
        others = [row for row in checked.theirs.rows("Profile") if row["Name"] != "System Administrator"]
        assert user
        user["ProfileId"] = others[0]["Id"]
    checked.check()
    assert build.build(checked.setup).exemptions == (), "IP relaxation is not done, and the user no admin"


# Files


def test_the_csv_has_a_row_for_each_line_with_its_proof(make: MakeSetup, site_of: SiteOf) -> None:
    desk = finished(make)
    rows = table(site_of(desk))
    assert [int(row["line"]) for row in rows if row["line"]] == list(range(1, 39))
    assert set(rows[0]) == set(COLUMNS)
    assert rows[7]["proof"] == "Seen in Salesforce's Setup Audit Trail"
    assert rows[33]["status"] == "Not needed"
    assert rows[15]["how"] == "Was right already"
    name = site_of(desk).get("report_csv")["Content-Disposition"]
    assert name.startswith('attachment; filename="connect-guide-')
    assert name.isascii()


@given(st.text(max_size=40) | st.text("a;=+-@ ' ", max_size=12))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    cell = safe(text)
    assert cell.replace("'", "") == text.replace("'", "")
    for part in cell.split(";"):  # what a spreadsheet with a decimal comma takes for a cell
        assert not part.lstrip(" ").startswith(FORMULA)


def test_a_name_that_is_a_formula_is_harmless_in_the_file(site: Site, dana: User) -> None:
    dana.name = '=HYPERLINK("https://evil.example","x")'
    dana.save()
    site.post("confirm", "log_out", sure="1")
    rows = {row["line"]: row for row in table(site)}
    assert rows["34"]["who"] == "'" + dana.name


def test_the_json_says_the_same_as_the_page_and_holds_no_secret(site: Site) -> None:
    site.desk.apply()
    answer = site.get("report_json")
    assert answer["Content-Type"] == "application/json"
    told = json.loads(answer.content)
    built = build.build(site.desk.reload())
    assert told["lines_done"] == built.done_count
    assert told["org"]["id"] == site.desk.org.org_id
    assert sorted(line["number"] for step in told["steps"] for line in step["lines"]) == list(range(1, 39))
    by_key = {step["key"]: step for step in told["steps"]}
    read = sorted(step["checked_at"] for step in told["steps"] if step["key"] != "log_out")
    assert told["read_at"] == {"first": read[0], "last": read[-1]}, "each line has a time of its own"
    assert by_key["set_created"]["proof"] == "api"
    assert by_key["set_created"]["who"] == "Dana Whitfield"
    assert [row["what"] for row in told["changes"]] == [row.what.plain() for row in built.changes]
    connection = site.desk.org.connection
    for secret in (connection.access_token.reveal(), connection.refresh_token.reveal()):
        assert secret not in answer.content.decode()


def parts_of(pdf: bytes) -> Iterator[bytes]:
    for part in re.findall(rb"stream\n(.*?)\nendstream", pdf, re.S):
        with suppress(zlib.error):
            yield zlib.decompress(part)


def test_the_pdf_is_one_that_screen_readers_read_and_is_named_after_the_org(site: Site) -> None:
    answer = site.get("report_pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].endswith('.pdf"')
    assert answer.content.startswith(b"%PDF-")
    told = b"".join(parts_of(answer.content))
    assert b"pdfuaid:part" in told
    assert site.desk.org.name.encode() in told, "its title"
    assert AuditEntry.objects.filter(kind="wizard.report_exported").count() == 1


def test_a_machine_that_can_t_make_pdf_files_says_how_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise printed.CannotPrint

    monkeypatch.setattr(printed, "_printer", missing)
    answer = site.get("report_pdf")
    assert "Print this page to a PDF in your browser." in site.said(answer)
    assert not AuditEntry.objects.filter(kind__contains="exported").exists()


def test_the_files_of_a_report_before_the_first_read_are_there_too(
    desk: SetupHarness, site_of: SiteOf
) -> None:
    site = site_of(desk)
    rows = table(site)
    assert len([row for row in rows if row["line"]]) == 38
    assert {row["step"] for row in rows[38:]} > {"The package's settings are chosen"}
    assert json.loads(site.get("report_json").content)["read_at"] is None


def test_every_column_is_filled_from_its_line(checked: SetupHarness) -> None:
    text = export.as_csv(build.build(checked.setup))
    assert all(len(row) == len(COLUMNS) for row in csv.reader(io.StringIO(text)))


# Handed over, and opened again


def test_a_setup_that_is_open_again_shows_its_handover_and_what_was_true_then(site: Site) -> None:
    desk = site.desk
    with desk.stand.world.lock:
        policies.save(desk.theirs, desk.theirs.app_id, policies.WANTED, desk.theirs.admin_id)
    desk.check()
    done = build.build(desk.reload()).done_count
    site.hand_over()
    assert "Earlier handovers" not in site.page("report")
    site.post("reopen")
    with desk.stand.world.lock:
        changed = replace(policies.WANTED, permitted="self")
        policies.save(desk.theirs, desk.theirs.app_id, changed, desk.theirs.admin_id)
    connect(desk.stand, desk.theirs, desk.org.team, desk.person)
    desk.check()
    page = " ".join(html.fromstring(site.page("report")).text_content().split())
    assert re.search(r"Handed over on .{8,30} by Dana Whitfield[.]", page)
    assert f"{done} of 38 lines were done then." in page
    left_open = page.partition("Left open:")[2].partition("Opened again on")[0]
    assert "The permission set is in the org" in left_open
    assert re.search(r"Opened again on .{8,30} by Dana Whitfield[.]", page)
    assert re.search(r"At the handover on .{6,20}: Admin approved users are pre-authorized", page)
    told = json.loads(site.get("report_json").content)
    assert [each["lines_done"] for each in told["earlier_handovers"]] == [done]
    values = {step["key"]: (step["at_last_handover"], step["now"]) for step in told["steps"]}
    assert values["permitted_users"] == (
        "Admin approved users are pre-authorized",
        "All users may self-authorize",
    )
