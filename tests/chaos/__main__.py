"""Kill things under running applies and see that all comes right.

`python -m tests.chaos [--applies 100] [--seed 1] [--only worker,web,...]`
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.figures import Figures, Round
from tests.chaos.start import Place, started

if TYPE_CHECKING:  # these need Django, which needs the servers that are started here
    from tests.chaos.proof import Footprint
    from tests.chaos.rounds import Scene, Work
    from tests.wizard.harness import SetupHarness

KINDS = ("worker", "web", "stream", "valkey", "postgres", "valkey_emptied")
BOUND = 30.0  # seconds from a kill to the end of the job, the restart included
UNDO_EVERY = 4
DELAY = (0.1, 0.3)  # seconds that an API call takes


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--applies", type=int, default=100)
    parser.add_argument("--together", type=int, default=1, help="applies under one kill, each in its org")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(KINDS), help=f"of {','.join(KINDS)}")
    parser.add_argument("--people", default="4,30,260", help="how many people an apply is for, in turn")
    parser.add_argument("--bound", type=float, default=BOUND, help="seconds in which a job must be done")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--keep-logs", type=Path, help="copy the processes' logs here")
    given = parser.parse_args()
    given.kinds = given.only.split(",")
    given.sizes = [int(each) for each in given.people.split(",")]
    if unknown := set(given.kinds) - set(KINDS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return given


def main() -> int:
    given = arguments()
    figures = Figures(given.bound, seed=given.seed)
    with started("web", "stream", "worker", "beat", delay=DELAY) as place:
        say(f"All processes are there; logs in {place.machine.logs}")
        try:
            _all_rounds(place, given, figures)
            figures.overlaps = place.road.overlaps()
        finally:
            if given.keep_logs:
                _copy_logs(place.machine.logs, given.keep_logs)
    print(figures.table())
    for problem in figures.problems:
        print(f"BROKEN: {problem}")
    if given.json:
        given.json.write_text(figures.to_json(), encoding="utf-8")
    return 1 if figures.problems else 0


def _all_rounds(place: Place, given: argparse.Namespace, figures: Figures) -> None:
    from teams.models import Team, User
    from tests.chaos import rounds
    from tests.chaos.visitor import DEMO_PERSON, Visitor
    from tests.wizard.harness import make_harness

    visitor, chance = Visitor(place.machine.web_url), random.Random(given.seed)
    scene = rounds.Scene(place.machine, place.road, visitor, chance, given.bound, {})
    person = User.objects.get(email=DEMO_PERSON)
    team = Team.objects.get(members=person)

    def desk_for(people: int) -> tuple[SetupHarness, Footprint]:
        desk = make_harness(place, team, person, people=int(people * 1.5) + 20)
        rounds.prepare(scene, desk, people)
        return desk, desk.footprint()

    for people in given.sizes:  # how many calls each makes, so that the kills fall under it
        desk, _before = desk_for(people)
        rounds.undisturbed(scene, desk, "apply", people)
        rounds.undisturbed(scene, desk, "undo", people)
    say("Undisturbed: " + ", ".join(f"{w} for {n} {c} calls" for (w, n), c in scene.calls.items()))
    numbers = iter(range(1, given.applies + 1))
    for turn in itertools.count():
        group = list(itertools.islice(numbers, given.together))
        if not group:
            break
        people = given.sizes[(turn * 7 // 5) % len(given.sizes)]
        kind = given.kinds[turn % len(given.kinds)]
        made = [desk_for(people) for _number in group]
        works = [
            rounds.Work(desk, Round(number, "apply", kind, people), before)
            for number, (desk, before) in zip(group, made, strict=True)
        ]
        _kill_under(scene, figures, works)
        for work in works:
            if work.told.number % UNDO_EVERY == 0:
                other = given.kinds[(work.told.number // UNDO_EVERY) % len(given.kinds)]
                told = Round(work.told.number, "undo", other, people)
                _kill_under(scene, figures, [rounds.Work(work.desk, told, work.before)])
                figures.undone += 1
            with place.world.lock:
                place.world.orgs.pop(work.desk.theirs.id)


def _kill_under(scene: Scene, figures: Figures, works: list[Work]) -> None:
    from tests.chaos import rounds

    started = time.monotonic()
    rounds.killed(scene, works)
    took = time.monotonic() - started
    for told in (work.told for work in works):
        figures.rounds.append(told)
        mark = "BROKEN " + "; ".join(told.problems) if told.problems else "ok"
        say(
            f"{told.number:3d} {told.what:5s} {told.people:3d} people, {told.kind:14s} killed "
            f"{told.hit:6s} {told.attempts} attempts, {told.seconds:4.1f} s to done, {took:4.1f} s: {mark}"
        )


def _copy_logs(logs: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for log in logs.glob("*.log"):
        (target / log.name).write_bytes(log.read_bytes())


def say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main())
