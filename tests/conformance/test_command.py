"""`python -m simulator`, and a client that knows nothing but what sign-in told it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from simple_salesforce.api import Salesforce

from tests.conformance.conftest import session_to
from tests.simulator.visitor import Visitor


@pytest.fixture
def address() -> Iterator[str]:
    command = [sys.executable, "-m", "simulator", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2], env=dict(os.environ)
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().rpartition(" ")[2].strip()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_from_sign_in_to_rows(address: str) -> None:
    wanted = {"scenario": "all_done", "name": "By command", "people": 3}
    org = requests.post(f"{address}/stand-in/orgs", json=wanted, timeout=60).json()
    visitor = Visitor(address).log_in(org["users"]["admin"]["username"]).authorize().press("Allow")
    token = visitor.exchange(visitor.returned["code"]).json()
    with session_to(address) as session:
        sf = Salesforce(
            instance_url=token["instance_url"],
            session_id=token["access_token"],
            version="66.0",
            session=session,
        )
        (app,) = sf.query_all("SELECT Id, OptionsAllowAdminApprovedUsersOnly FROM ConnectedApplication")[
            "records"
        ]
        assert (app["Id"], app["OptionsAllowAdminApprovedUsersOnly"]) == (org["app_id"], True)
