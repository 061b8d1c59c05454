"""State survives: transactions, the file, a stopped and restarted process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest
import requests

from simulator.org.store import Org
from simulator.seeding.new_org import profile_id
from simulator.server import reachable, running
from simulator.world import Token, World
from tests.simulator.core import add_user, api_for, new_org, select

_ROOT = Path(__file__).parents[2]


def test_a_loaded_world_equals_the_saved_one(world: World, org: Org, tmp_path: Path) -> None:
    world.tokens["t"] = Token("t", org.id, org.admin_id, datetime(2027, 1, 1, tzinfo=UTC), ("api", "openid"))
    org.switches.app_grant = "DUPLICATE_VALUE"
    org.delete(
        "PermissionSet", org.insert("PermissionSet", {"Name": "A", "Label": "A"}, org.admin_id), org.admin_id
    )
    world.save(tmp_path / "state.json")
    assert not world.dirty()
    again = World()
    again.load(tmp_path / "state.json")
    twin = again.orgs[org.id]
    assert twin.dump() == org.dump()
    assert again.tokens == world.tokens
    assert select(twin, "SELECT Id, Username FROM User") == select(org, "SELECT Id, Username FROM User")
    assert again.new_org("Other", is_sandbox=False, my_domain="o").id not in world.orgs
    assert twin.new_id("005") not in {row["Id"] for row in org.rows("User")}


def test_an_exception_takes_a_transaction_back(org: Org) -> None:
    before = json.dumps(org.dump()["tables"])

    def fail() -> None:
        with org.transaction():
            user = add_user(org, "Leo Park")
            org.patch(user, Title="Boss")
            org.remove(org.app_id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert json.dumps(org.dump()["tables"], sort_keys=True) == json.dumps(json.loads(before), sort_keys=True)
    assert org.find("User", Username="leo.park") == []
    assert org.find("ConnectedApplication", Name="Salesforce Marketing Cloud") != []


def test_changes_are_in_the_file_after_a_stop(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with running(state=state) as stand:
        org = new_org(stand.world)
        api = api_for(stand.url, stand.world, org, org.admin_id)
        assert (
            api.send("POST", "sobjects/PermissionSet", json={"Name": "MC", "Label": "M C"}).status_code == 201
        )
    with running(state=state) as stand:
        again = api_for(stand.url, stand.world, stand.world.orgs[org.id], org.admin_id)
        assert again.query("SELECT Id FROM PermissionSet WHERE Name = 'MC'")["totalSize"] == 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def command(port: int, *more: str) -> list[str]:
    return [sys.executable, "-m", "simulator", "--port", str(port), *more]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_and_stops_when_told(tmp_path: Path, number: signal.Signals) -> None:
    port, state = free_port(), tmp_path / "state.json"
    with subprocess.Popen(
        command(port, "--state", str(state), "--demo"),
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Stand-in org on http://localhost:{port}\n"
        for host in ("localhost", "127.0.0.1", "[::1]"):
            assert requests.get(f"http://{host}:{port}/services/data/", timeout=60).status_code == 200
        process.send_signal(number)
        _out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert json.loads(state.read_text())["orgs"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_machine_with_one_loopback_address_is_enough(host: str) -> None:
    absent = {"127.0.0.1": "2001:db8::1", "::1": "203.0.113.1"}[host]  # RFC 3849, RFC 5737: nobody's
    assert reachable((absent, host)) == (host,)
    with running(host=host) as stand:
        assert requests.get(f"{stand.url}/services/data/", timeout=60).status_code == 200


def test_a_busy_port_is_said_in_one_sentence() -> None:
    with running() as stand:
        port = stand.url.rsplit(":", 1)[1]
        result = subprocess.run(command(int(port)), cwd=_ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr == f"Port {port} is in use: stop what runs there, or choose another with --port.\n"


def test_a_broken_state_file_is_said_in_one_sentence(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text('{"orgs": [')
    result = subprocess.run(
        command(free_port(), "--state", str(state)),
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.startswith(f"{state} can't be read")
    assert "Traceback" not in result.stderr
    assert state.read_text() == '{"orgs": ['


def test_20000_people_answer_quickly(world: World) -> None:
    org = new_org(world)
    profile = profile_id(org, "Standard User")
    for index in range(20_000):
        org.add("User", Username=f"u{index}@x", LastName=f"N{index}", ProfileId=profile)
    chosen = ", ".join(f"'u{index}@x'" for index in range(0, 20_000, 100))
    began = process_time()  # of this process: other programs' work does not count
    for _ in range(10):
        assert len(select(org, f"SELECT Id FROM User WHERE Username IN ({chosen})")) == 200
    assert (process_time() - began) / 10 < 0.1
