"""What a setup's entries in the audit trail say: as its history does, and of looking and taking out."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from teams.audit import words
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.messages import events
from wizard.messages.render import plain

# What is in no history, as nothing happened to the setup.
LOOKED = {
    "report_seen": Text(_("Looked at the report")),
    "plan_shown": Text(_("Was shown a plan of {count} changes")),
    "plan_shown_one": Text(_("Was shown a plan of 1 change")),
    "report_exported": Text(_("Took the report out as a file ({format})")),
    "history_exported": Text(_("Took the history out as a file ({format})")),
}
_LOOKED = (gettext_lazy("Looked at, and taken out"), frozenset(f"wizard.{what}" for what in LOOKED))

_SEEN = frozenset(f"wizard.{kind}" for kind in events.SEEN)


def register() -> None:
    groups = {
        f"setup_{key}": (gettext_lazy(text.message), frozenset(f"wizard.{kind}" for kind in kinds))
        for key, (text, kinds) in events.GROUPS.items()
    }
    words.register("wizard", say, groups | {"setup_looked": _LOOKED}, _SEEN)


def say(what: str, values: Mapping[str, object]) -> list[str]:
    known = {key: _readable(value) for key, value in values.items()}
    if what in LOOKED:
        what += "_one" if known.get("count") == 1 and f"{what}_one" in LOOKED else ""
        text = LOOKED[what]
        names = events.text_names(text)
        return [plain(Text(text.message, {name: known.get(name, str(words.ERASED)) for name in names}))]
    if what not in events.EVENTS and what not in ("changed", "undone"):
        return []  # of a version before or after this one
    return [plain(text) for text in events.of_event(what, known)]


def _readable(value: object, *, filled_in: bool = True) -> object:
    """With a word in place of what was erased, wherever something is filled in."""
    if value is None:
        return str(words.ERASED) if filled_in else None
    if isinstance(value, Mapping):
        return {key: _readable(each, filled_in=filled_in or key == "params") for key, each in value.items()}
    if isinstance(value, list):
        return [_readable(each, filled_in=False) for each in value]
    return value
