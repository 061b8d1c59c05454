"""What came out, as a table for the terminal and the README."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from statistics import median


@dataclass
class Round:
    """One apply or undo, and the kill under it."""

    number: int
    what: str  # apply or undo
    kind: str  # what was killed
    people: int
    hit: str = ""  # where the kill fell: before, under or after the job
    seconds: float = 0.0  # from the kill to the job's end
    attempts: int = 0
    pressed_again: bool = False  # the page had to be asked again: the press itself was lost
    problems: list[str] = field(default_factory=list)


@dataclass
class Figures:
    bound: float
    rounds: list[Round] = field(default_factory=list)
    undone: int = 0
    overlaps: int = 0
    seed: int = 0

    @property
    def problems(self) -> list[str]:
        told = [
            f"{r.what} {r.number} ({r.kind} killed, {r.people} people): {problem}"
            for r in self.rounds
            for problem in r.problems
        ]
        return told + ([f"{self.overlaps} writes to one org overlapped"] if self.overlaps else [])

    def table(self) -> str:
        lines = ["| Killed | Applies and undos | Under way then | Continued by another attempt | "
                 "Kill to done, median | longest |", "|---|--:|--:|--:|--:|--:|"]  # fmt: skip
        kinds = Counter(each.kind for each in self.rounds)
        lines += [_row(kind, [r for r in self.rounds if r.kind == kind]) for kind in kinds]
        return "\n".join([*lines, _row("**all**", self.rounds), "", self.summary()])

    def summary(self) -> str:
        applies = sum(each.what == "apply" for each in self.rounds)
        return (
            f"Seed {self.seed}: {applies} applies with a kill each, {self.undone} of them undone again; "
            f"{len(self.problems)} rules broken "
            f"(duplicates, lost or doubled events, jobs stuck for more than {self.bound:.0f} s, "
            f"an org that is not exactly as wanted)."
        )

    def to_json(self) -> str:
        raw = asdict(self) | {"problems": self.problems}
        return json.dumps(raw)


def _row(name: str, rounds: list[Round]) -> str:
    seconds = [each.seconds for each in rounds] or [0.0]
    cells = [
        name.replace("_emptied", ", its data lost"),
        str(len(rounds)),
        str(sum(each.hit == "under" for each in rounds)),
        str(sum(each.attempts > 1 for each in rounds)),
        f"{median(seconds):.1f} s",
        f"{max(seconds):.1f} s",
    ]
    return f"| {' | '.join(cells)} |"
