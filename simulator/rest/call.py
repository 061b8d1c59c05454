"""One API call, apart from how it came: by HTTP, or as a part of a composite call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.org.store import Org
from simulator.web.caller import Counter
from simulator.world import World


@dataclass(frozen=True)
class Call:
    """`path` is what follows /services/data/vXX.X/, without a slash at either end."""

    world: World
    org: Org
    user_id: str
    version: str
    method: str
    path: str
    dispatch: Callable[[Call], Reply]  # answers a call: how a composite sends its parts
    args: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    origin: str = ""  # scheme and host, for absolute addresses
    counter: Counter = field(default_factory=Counter)

    @property
    def base(self) -> str:
        return f"/services/data/v{self.version}"

    def part(self, method: str, path: str, args: Mapping[str, str], body: object) -> Call:
        """A subrequest of this call."""
        return replace(self, method=method, path=path, args=args, body=body)


@dataclass(frozen=True)
class Reply:
    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
