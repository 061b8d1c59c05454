"""A sentence for the screen, without Django: translated where it is shown (`wizard.messages.render`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = Any  # a value that json.dumps accepts


def gettext_noop(message: str) -> str:
    """Mark `message` for translation; it is translated where it is shown."""
    return message


MOMENT = "at"


def at(when: datetime) -> dict[str, Json]:
    """A moment to fill in."""
    return {MOMENT: when.astimezone(UTC).isoformat()}


def _in_utc(moment: str) -> str:
    return f"{moment[:16].replace('T', ' ')} UTC"


@dataclass(frozen=True)
class Text:
    """A sentence for the screen: an English message id and what to fill in.

    `message` may hold `{named}` placeholders, `**bold**` for the exact names of
    Salesforce's buttons and labels, and nothing else. `params` is JSON: what was
    typed by people or read from the org goes there, never into `message`; a sentence
    of ours within a sentence goes there as the JSON of its `Text`, to be translated too, and a
    moment as `at` makes it, to be shown as the reader's country writes it, in their time zone.
    """

    message: str
    params: Mapping[str, Json] = field(default_factory=dict)

    def plain(self) -> str:
        """The English sentence without markup, for logs, tests and reports."""
        values = {name: self._plain(value) for name, value in self.params.items()}
        return self.message.replace("**", "").format(**values)

    def _plain(self, value: Json) -> Json:
        if isinstance(value, dict):
            return _in_utc(value[MOMENT]) if MOMENT in value else self.load(value).plain()
        return value

    def to_json(self) -> dict[str, Json]:
        return {"message": self.message, "params": dict(self.params)}

    @classmethod
    def load(cls, raw: Mapping[str, Json]) -> Text:
        return cls(raw["message"], raw.get("params", {}))

    @classmethod
    def from_json(cls, raw: Mapping[str, Json] | None) -> Text | None:
        return cls.load(raw) if raw else None
