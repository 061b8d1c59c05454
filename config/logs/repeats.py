"""Which message is said once too often: a process that runs in circles must not fill a disk.

The first ones are said. After them they are counted, and the count is told after a minute, after two
more, four, and so on up to an hour: some thirty lines a day, whatever goes on. Whatever was silent for a
minute begins anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

FIRST_ONES = 10
QUIET = 60.0  # seconds
LONGEST = 3600.0  # seconds between two counts
MOST_KINDS = 500  # that are remembered at once

Kind = tuple[object, ...]
_NUMBER = re.compile(r"0x[0-9a-fA-F]+|\b\d+(?:\.\d+)?\b")


def shape(text: str) -> str:
    """The message without the numbers in which it differs from the last one; ids keep their letters."""
    return _NUMBER.sub("#", text[:500])


@dataclass
class _Said:
    last: float
    times: int = 0
    untold: int = 0
    pause: float = QUIET
    tell_at: float = field(default=0.0)


class Repeats:
    """Counts what is said, by kind. `now` is always a monotonic clock's."""

    def __init__(self) -> None:
        self._said: dict[Kind, _Said] = {}
        self._forgotten: list[tuple[Kind, int]] = []
        self._looked = 0.0

    def admits(self, kind: Kind, now: float) -> bool:
        """Whether to say it once more. Call `due` before it."""
        said = self._said.get(kind)
        if said is None or now - said.last > QUIET:
            said = self._begin(kind, now)
        said.last = now
        said.times += 1
        if said.times <= FIRST_ONES:
            said.tell_at = now + said.pause
            return True
        said.untold += 1
        return False

    def due(self, now: float) -> Iterator[tuple[Kind, int]]:
        """How often what was said since, and was not told yet."""
        if now - self._looked < 1.0 and not self._forgotten:
            return
        self._looked = now
        yield from self._take_forgotten()
        for kind, said in list(self._said.items()):
            is_quiet = now - said.last > QUIET
            if said.untold and (is_quiet or now >= said.tell_at):
                yield kind, said.untold
                said.untold = 0
                said.pause = min(said.pause * 2, LONGEST)
                said.tell_at = now + said.pause
            if is_quiet:
                del self._said[kind]

    def rest(self) -> Iterator[tuple[Kind, int]]:
        """What is left to tell as the process ends."""
        yield from self._take_forgotten()
        yield from ((kind, said.untold) for kind, said in self._said.items() if said.untold)
        self._said.clear()

    def _begin(self, kind: Kind, now: float) -> _Said:
        if len(self._said) >= MOST_KINDS:
            oldest = next(iter(self._said))
            if untold := self._said.pop(oldest).untold:
                self._forgotten.append((oldest, untold))
        self._said[kind] = _Said(now)
        return self._said[kind]

    def _take_forgotten(self) -> Iterator[tuple[Kind, int]]:
        forgotten, self._forgotten = self._forgotten, []
        yield from forgotten
