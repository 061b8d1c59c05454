"""What became of one try."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """`error`: a code of `notices.words`; empty where it arrived."""

    error: str = ""
    status: int | None = None
    answer: str = ""
    wait: int = 0  # seconds that the receiver asks us to wait
    final: bool = False  # another try says the same

    @property
    def arrived(self) -> bool:
        return not self.error

    @property
    def gone(self) -> bool:
        return self.error == "GONE"
