"""What a pipeline does: ask by exit codes, plan, approve, apply."""

from __future__ import annotations

import json
import re

import pytest

from cli.ends import End
from orgs.models import Org
from simulator import policies
from teams.acting import tokens
from teams.models import ApiToken
from tests.cli.conftest import MakeKey
from tests.cli.terminal import Said, Terminal, work_beside
from tests.wizard.harness import SetupHarness
from tests.wizard.monitoring.test_drift import look_again, save_policies
from wizard.jobs.handover import finish_setup
from wizard.models import Job, Setup
from wizard.monitoring import drift

pytestmark = pytest.mark.django_db(transaction=True)


def plan_of(terminal: Terminal, desk: SetupHarness, *more: str) -> str:
    """The id that `plan` prints, taken out of the command that it proposes."""
    said = terminal.run("plan", desk.org.name, *more)
    found = re.search(r"--approve (\w+)", said.out)
    assert found, said
    return found[1]


def apply(terminal: Terminal, desk: SetupHarness, plan: str, *more: str) -> Said:
    return terminal.run("apply", desk.org.name, "--approve", plan, *more, works=True)


def test_a_plan_is_approved_and_each_person_and_set_is_told_by_name(
    terminal: Terminal, ready: SetupHarness
) -> None:
    planned = terminal.run("plan", ready.org.name).out
    said = apply(terminal, ready, plan_of(terminal, ready))
    assert said.end == End.DONE, said
    people = [row.name for row in ready.org.people.filter(user_id__in=ready.setup.inputs["people"])]
    assert len(people) == 2
    for name in people:
        wanted = rf"Give {name} \(\S+\) the permission set Marketing Cloud Connected App\n"
        assert re.search(wanted, planned)
        assert re.search(rf"made +{wanted}", said.out)
    assert "0 refused" in said.out
    assert len(ready.our_sets()) == 1


def test_what_is_there_already_is_no_failure(terminal: Terminal, ready: SetupHarness) -> None:
    plan = plan_of(terminal, ready)
    assert apply(terminal, ready, plan).end == End.DONE
    again = apply(terminal, ready, plan)
    assert (again.end, "Nothing is left" in again.out) == (End.DONE, True)
    assert "nothing to change" in terminal.run("plan", ready.org.name).out


def test_a_plan_that_has_changed_since_is_not_carried_out(terminal: Terminal, ready: SetupHarness) -> None:
    plan = plan_of(terminal, ready)
    ready.choose(3)
    ready.check()
    said = apply(terminal, ready, plan)
    assert said.end == End.NOT_AS_THINGS_STAND
    assert "Run `plan` again" in said.err
    assert not Job.objects.filter(kind="apply").exists()
    assert apply(terminal, ready, "nonsense").end == End.NOT_AS_THINGS_STAND


def test_what_was_done_is_told_although_a_part_is_refused(terminal: Terminal, ready: SetupHarness) -> None:
    taken, refused = ready.setup.inputs["people"]  # the first one is whose sign-in we use
    plan = plan_of(terminal, ready)
    with ready.stand.world.lock:  # after the plan, so that only Salesforce can say so
        ready.theirs.update("User", refused, {"IsActive": False}, ready.theirs.admin_id)
    said = apply(terminal, ready, plan)
    names = dict(ready.org.people.values_list("user_id", "name"))
    assert said.end == End.NOT_ALL_DONE
    assert re.search(rf"refused +Give {names[refused]} .*INACTIVE", said.out), said.out
    assert re.search(rf"made +Give {names[taken]} ", said.out)
    assert "1 refused" in said.out
    assert "What was made stays" in said.err


def test_a_key_that_is_revoked_in_the_middle_ends_it_with_what_is_known(
    terminal: Terminal, ready: SetupHarness
) -> None:
    plan = plan_of(terminal, ready)
    with terminal.begin("apply", ready.org.name, "--approve", plan, "--json") as process:
        while not Job.objects.filter(kind="apply").exists():
            assert process.poll() is None, process.communicate()
        tokens.revoke(ApiToken.objects.get())
        out, err = process.communicate(timeout=240)
    assert process.returncode == End.NOT_LET_IN
    assert "token_revoked" in err
    assert "The server goes on" in err
    assert json.loads(out)["job"]["state"] == "queued"
    assert ready.work(Job.objects.get(kind="apply")).state == "done"


def test_a_key_that_only_reads_changes_nothing(terminal: Terminal, ready: SetupHarness, key: MakeKey) -> None:
    plan = plan_of(terminal, ready)
    terminal.more["CONNECT_GUIDE_KEY"] = key(ready.person, "read")[1]
    assert apply(terminal, ready, plan).end == End.NOT_LET_IN
    assert not Job.objects.filter(kind="apply").exists()


def test_in_production_the_name_of_the_org_is_part_of_the_command(
    terminal: Terminal, ready: SetupHarness
) -> None:
    Org.objects.update(is_sandbox=False)
    said = terminal.run("plan", ready.org.name).out
    assert f"--org-name '{ready.org.name}'" in said
    plan = plan_of(terminal, ready)
    without = apply(terminal, ready, plan)
    assert (without.end, "--org-name" in without.err) == (End.USAGE, True)
    assert apply(terminal, ready, plan, "--org-name", ready.org.name).end == End.DONE


def test_what_we_made_is_taken_back(terminal: Terminal, ready: SetupHarness) -> None:
    apply(terminal, ready, plan_of(terminal, ready))
    said = apply(terminal, ready, plan_of(terminal, ready, "--undo"), "--undo")
    assert said.end == End.DONE, said
    assert re.search(r"undone +Delete the permission set", said.out)
    assert ready.our_sets() == []


def test_a_pipeline_fails_on_lines_that_are_open(terminal: Terminal, ready: SetupHarness) -> None:
    said = terminal.run("status", ready.org.name, "--fail-on", "open")
    assert (said.end, "Open: " in said.err) == (End.OPEN, True)
    assert terminal.run("status", ready.org.name).end == End.DONE
    told = json.loads(terminal.run("status", ready.org.name, "--json", "--fail-on", "open").out)
    assert told["setup"]["org"]["name"] == ready.org.name
    assert {line["done"] for stage in told["lines"]["stages"] for line in stage["lines"]} == {True, False}


def test_the_org_is_read_first_where_that_is_asked_for(terminal: Terminal, ready: SetupHarness) -> None:
    save_policies(ready, policies.WANTED)
    assert re.search(r"open +Only approved people", terminal.run("status", ready.org.name).out)
    said = terminal.run("status", ready.org.name, "--fresh", works=True)
    assert re.search(r"done +Only approved people.*read from the org", said.out), said


def test_a_pipeline_fails_on_drift(terminal: Terminal, ready: SetupHarness) -> None:
    def asked() -> int:
        return terminal.run("status", ready.org.name, "--fail-on", "drift").end

    assert asked() == End.NOT_KNOWN  # not handed over
    save_policies(ready, policies.WANTED)
    ready.check()
    Setup.objects.filter(pk=ready.setup.pk).update(keep_watching=True)
    finish_setup(ready.reload(), ready.person)
    look_again(ready)
    assert asked() == End.DONE
    save_policies(ready, policies.Policies())
    look_again(ready)
    assert asked() == End.DRIFT
    Setup.objects.filter(pk=ready.setup.pk).update(keep_watching=False, drifted=[])
    assert asked() == End.NOT_KNOWN  # nobody watches


def test_watching_tells_what_changes_and_ends_with_it(terminal: Terminal, ready: SetupHarness) -> None:
    with terminal.begin("watch", ready.org.name, "--every", "1", "--until", "handed-over") as process:
        assert process.stderr is not None
        assert "Watching" in process.stderr.readline()
        save_policies(ready, policies.WANTED)
        ready.check()
        assert process.stdout is not None
        first = process.stdout.readline()
        finish_setup(ready.reload(), ready.person)
        rest, _err = process.communicate(timeout=240)
    assert process.returncode == End.DONE
    assert "Only approved people may use the app" in first + rest
    assert "handed-over" in rest


def test_whoever_waits_in_vain_is_told(terminal: Terminal, ready: SetupHarness) -> None:
    said = terminal.run("watch", ready.org.name, "--every", "1", "--until", "done", "--timeout", "1")
    assert said.end == End.OPEN


def test_an_org_is_named_by_its_name_or_an_id(terminal: Terminal, ready: SetupHarness) -> None:
    for name in (ready.org.name.upper(), ready.org.org_id, ready.org.org_id[:15], str(ready.setup.pk)):
        assert terminal.run("status", name).end == End.DONE, name
    part = terminal.run("status", ready.org.name[:6])
    assert (part.end, ready.org.name in part.err) == (End.NOT_FOUND, True)
    assert terminal.run("status", "Nobody Inc").end == End.NOT_FOUND
    assert terminal.run("status", "00000000-0000-4000-8000-000000000000").end == End.NOT_FOUND


def test_ctrl_c_says_that_the_server_goes_on(terminal: Terminal, ready: SetupHarness) -> None:
    import signal

    with terminal.begin("watch", ready.org.name) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=240)
    assert (process.returncode, "goes on" in err) == (End.STOPPED, True)
    work_beside(process)


def test_after_the_handover_a_fresh_look_is_waited_for(terminal: Terminal, ready: SetupHarness) -> None:
    save_policies(ready, policies.WANTED)
    ready.check()
    Setup.objects.filter(pk=ready.setup.pk).update(keep_watching=True)
    finish_setup(ready.reload(), ready.person)
    look_again(ready)
    save_policies(ready, policies.Policies())
    with terminal.begin("status", ready.org.name, "--fresh", "--fail-on", "drift") as process:
        while Setup.objects.get(pk=ready.setup.pk).drift_checked_at is not None:
            assert process.poll() is None, process.communicate()
        assert drift.check_drift(ready.setup.pk)  # as the worker does that was asked for it
        out, err = process.communicate(timeout=240)
    assert (process.returncode, "changed after the handover" in out) == (End.DRIFT, True), out + err
