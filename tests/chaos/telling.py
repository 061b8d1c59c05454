"""Kill the worker between a change and its notice: each is told, and no delivery comes twice.

`python -m tests.chaos.telling [--kills 100] [--seed 1]`
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.chaos.machine import Machine
from tests.chaos.start import started

if TYPE_CHECKING:  # these need Django, which needs the servers that are started here
    from notices.models import Notice
    from tests.notices.telling import Receiver
    from wizard.models import Setup

TEAMS = 25  # a channel waits for the lease of a killed worker; that of another team does not
# Seconds from the commit to the kill: before the worker has heard of it, and while the receiver answers.
MOMENTS = (0.0, 0.25)
ANSWER = 0.1  # seconds that the receiver takes
PATIENCE = 300.0
LOOPBACK = "127.0.0.0/8"


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.telling", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(given)
    with started("worker", "beat", delay=(0.0, 0.0), NOTICES_PRIVATE_NETWORKS=LOOPBACK) as place:
        from tests.notices.telling import receiving

        with receiving() as receiver:
            problems = _all_kills(place.machine, receiver, asked.kills, random.Random(asked.seed))
    for problem in problems:
        print(f"BROKEN: {problem}")
    return 1 if problems else 0


def _all_kills(machine: Machine, receiver: Receiver, kills: int, chance: random.Random) -> list[str]:
    receiver.answer = _after_a_moment
    setups = [_setup(receiver, number) for number in range(min(TEAMS, kills))]
    hits: Counter[str] = Counter()
    for number in range(kills):
        written = _change(setups[number % len(setups)])
        time.sleep(chance.uniform(*MOMENTS))
        machine.kill("worker")
        stood = _stands(written)
        hits[stood] += 1
        machine.restart("worker")
        print(f"{number + 1:3d}: the worker was killed when the notice was {stood}", flush=True)
    return _judge(receiver, kills, hits)


def _after_a_moment(_number: int) -> tuple[int, dict[str, str], bytes]:
    time.sleep(ANSWER)
    return 204, {}, b""


def _setup(receiver: Receiver, number: int) -> Setup:
    """In a team of its own, whose webhook the receiver is."""
    from teams.models import Team
    from tests.notices.telling import add_channel, an_org
    from wizard.guides import registry
    from wizard.models import Setup

    team = Team.objects.create(name=f"Team {number}")
    add_channel(team, receiver.url)
    return Setup.objects.create(org=an_org(team), guide_key=next(iter(registry.GUIDES)))


def _change(setup: Setup) -> Notice:
    """A notice in the transaction of a change, as every event writes it; the commit wakes a worker."""
    from notices.models import Notice
    from tests.notices.telling import happen

    happen(setup.org, setup.pk)
    return Notice.objects.latest("id")


def _stands(notice: Notice) -> str:
    from notices.models import Delivery

    delivery = Delivery.objects.filter(notice=notice).first()
    if delivery is None:
        return "written"
    return "sent" if delivery.state == Delivery.State.SENT else "tried" if delivery.attempts else "taken"


def _judge(receiver: Receiver, kills: int, hits: Counter[str]) -> list[str]:
    from notices.models import Delivery, Notice

    deadline = time.monotonic() + PATIENCE
    while Delivery.objects.exclude(state="sent").exists() or Notice.objects.filter(told_at=None).exists():
        if time.monotonic() > deadline:
            break
        time.sleep(0.2)
    told = {each.about for each in receiver.requests}
    tries = [each.delivery for each in receiver.requests]
    wanted = {f"ntc_{key.hex}" for key in Notice.objects.values_list("key", flat=True)}
    print(f"Killed when the notice was: {', '.join(f'{what} {count}' for what, count in hits.items())}")
    twice = len(tries) - len(set(tries))
    print(f"{len(told & wanted)} of {kills} told by {len(tries)} deliveries; {twice} came twice by its id")
    problems = []
    if wanted - told or len(wanted) != kills:
        problems.append(f"{len(wanted - told)} of {len(wanted)} were not told")
    if twice:
        problems.append("a delivery came twice")
    return problems


if __name__ == "__main__":
    sys.exit(main())
