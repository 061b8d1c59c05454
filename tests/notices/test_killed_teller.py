"""A hundred changes, and whoever tells of them is killed again and again: all are told, no try twice."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from notices.models import Notice
from tests.fixture_types import MakeSetup
from tests.notices.telling import Receiver, add_channel, happen
from tests.waiting import eventually
from tests.wizard.processes import kill, process

pytestmark = pytest.mark.django_db(transaction=True)
MANY, KILLS = 100, 6
TELLER = """
import time, datetime
from ipaddress import ip_network
import django; django.setup()
from django.conf import settings
settings.NOTICES_PRIVATE_NETWORKS = [ip_network("127.0.0.0/8")]
from notices import fanout, sending
from tests.notices.telling import tell
sending.LEASE = datetime.timedelta(seconds=0.5)
fanout.AT_ONCE = 10
while True:
    tell()
    time.sleep(0.02)
"""


def test_every_change_is_told_and_no_delivery_comes_twice(
    make: MakeSetup, receiver: Receiver, child_env: dict[str, str], tmp_path: Path
) -> None:
    desks = [make(), make()]
    add_channel(desks[0].org.team, receiver.url)
    for number in range(MANY):
        desk = desks[number % 2]
        happen(desk.org, desk.setup.pk)
    env = {**child_env, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", TELLER]
    for turn in range(KILLS):
        wanted = (turn + 1) * MANY // (KILLS + 2)
        with process(command, env, tmp_path / "teller.log") as teller:
            eventually("some are told", lambda wanted=wanted: len(receiver.requests) >= wanted)  # type: ignore[misc]
            kill(teller)
    with process(command, env, tmp_path / "teller.log"):
        eventually("all are told", lambda: len({each.about for each in receiver.requests}) == MANY)
        eventually("all are noted", lambda: not Notice.objects.filter(deliveries__state="waiting").exists())
    assert len({each.delivery for each in receiver.requests}) == len(receiver.requests)
    for desk in desks:
        told = dict.fromkeys(
            each.about for each in receiver.requests if each.json["data"]["setup"] == str(desk.setup.pk)
        )
        written = Notice.objects.filter(setup_id=desk.setup.pk).order_by("id").values_list("key", flat=True)
        assert list(told) == [f"ntc_{key.hex}" for key in written], "in the order in which they happened"
