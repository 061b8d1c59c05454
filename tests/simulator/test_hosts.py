"""The stand-in answers for this machine only: a page's own name that leads here is refused."""

from __future__ import annotations

import pytest
import requests

from simulator.server import Stand


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:1", 200), ("localhost", 200), ("[::1]:8001", 200), ("evil.example", 421), ("", 421)],
)
def test_only_this_machines_own_names_are_answered(stand: Stand, host: str, status: int) -> None:
    answer = requests.get(f"{stand.url}/services/data/", headers={"Host": host}, timeout=60)
    assert answer.status_code in (status, 400 if status != 200 else status)
