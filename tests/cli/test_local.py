"""The command beside the installation, without a server and without a key."""

from __future__ import annotations

import pytest

from cli.ends import End
from teams.models import ApiToken
from tests.cli.terminal import Terminal, work_beside
from tests.cli.test_pipeline import plan_of
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def local(bare: Terminal, ready: SetupHarness, child_env: dict[str, str]) -> Terminal:
    bare.more = {name: child_env[name] for name in child_env if name not in ("HOME", "XDG_CONFIG_HOME")}
    return bare


def test_the_same_is_done_in_the_persons_name(local: Terminal, ready: SetupHarness) -> None:
    who = ("--local", "--as", ready.person.email)
    said = local.run(*who, "status", ready.org.name, "--fail-on", "open")
    assert said.end == End.OPEN, said
    found = local.run(*who, "plan", ready.org.name, "--json")
    assert '"fingerprint"' in found.out, found
    plan = found.out.split('"fingerprint": "')[1].split('"')[0]
    with local.begin(*who, "apply", ready.org.name, "--approve", plan) as process:
        work_beside(process)
        out, err = process.communicate(timeout=240)
    assert process.returncode == End.DONE, out + err
    assert len(ready.our_sets()) == 1
    assert {event.actor_name for event in ready.events("apply_requested")} == {ready.person.name}
    assert not ApiToken.objects.exists()


def test_nobody_acts_who_may_not_sign_in(local: Terminal, ready: SetupHarness) -> None:
    assert local.run("--local", "--as", "nobody@example.com", "orgs").end == End.NOT_LET_IN
    ready.person.is_active = False
    ready.person.save()
    assert local.run("--local", "--as", ready.person.email, "orgs").end == End.NOT_LET_IN
    assert local.run("--local", "orgs").end == End.USAGE


def test_nobody_outside_is_taken_for_somebody_local(terminal: Terminal, ready: SetupHarness) -> None:
    import requests

    for name in ("connect_guide.caller", "connect-guide.caller", "CONNECT_GUIDE_CALLER"):
        answer = requests.get(
            f"{terminal.more['CONNECT_GUIDE_SERVER']}/api/v1/me", headers={name: "x"}, timeout=60
        )
        assert answer.status_code == 401
    assert plan_of(terminal, ready)
