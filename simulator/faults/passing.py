"""What a rule can ask of a request."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Passing:
    """One request on its way to the org."""

    method: str
    path: str
    kinds: frozenset[str] = frozenset()
    sobjects: frozenset[str] = frozenset()  # lower case
    org_id: str = ""
    token: str = field(default="", repr=False)
    form: dict[str, str] = field(default_factory=dict, repr=False)

    def is_a(self, words: str) -> bool:
        return self.kinds.issuperset(words.split())
