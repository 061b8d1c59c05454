"""The choices that a person makes once per setup of this guide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wizard.guides.base import Input, InputKind
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _

FIRST = "first"
REPAIR = "repair"
DEFAULT_LABEL = "Marketing Cloud Connected App"

#: An Engagement account id: digits only. How many is not documented, so the bounds are wide.
MID = re.compile(r"[0-9]{4,12}")


@dataclass(frozen=True)
class Choices:
    """What was chosen. Anything may still be empty: a half-filled setup is normal.

    `names` (for sentences) and `started_at` (ISO 8601) are not asked: the runner adds them
    to the stored values as `_names` and `_started_at`.
    """

    mode: str = ""
    connection_user: str = ""
    people: tuple[str, ...] = ()
    set_label: str = DEFAULT_LABEL
    set_name: str = ""
    adopt: str = ""
    app: str = ""  # the id of the app, where it does not have its usual name
    mid: str = ""
    started_at: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def everyone(self) -> tuple[str, ...]:
        """Who gets the new set: the connection user always comes first (line 24)."""
        chosen = (self.connection_user, *self.people) if self.connection_user else self.people
        return tuple(dict.fromkeys(chosen))

    def name_of(self, user_id: str) -> str:
        return self.names.get(user_id, user_id)


def parse_inputs(raw: Mapping[str, Json]) -> Choices:
    """The stored JSON as choices; what is missing or of a wrong type counts as not chosen."""
    mode = _text(raw, "mode")
    return Choices(
        mode=mode if mode in (FIRST, REPAIR) else "",
        connection_user=_text(raw, "connection_user"),
        people=_ids(raw.get("people")),
        set_label=_text(raw, "set_label") or DEFAULT_LABEL,
        set_name=_text(raw, "set_name"),
        adopt=_text(raw, "adopt"),
        app=_text(raw, "app"),
        mid=_text(raw, "mid"),
        started_at=_text(raw, "_started_at"),
        names=_names(raw.get("_names")),
    )


def _text(raw: Mapping[str, Json], key: str) -> str:
    value = raw.get(key)
    return value.strip() if isinstance(value, str) else ""


def _ids(value: Json) -> tuple[str, ...]:
    if not isinstance(value, Iterable) or isinstance(value, str | bytes | Mapping):
        return ()
    texts = (each.strip() for each in value if isinstance(each, str))
    return tuple(dict.fromkeys(each for each in texts if each))


def _names(value: Json) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {key: name for key, name in value.items() if isinstance(key, str) and isinstance(name, str)}


INPUTS = (
    Input(
        key="mode",
        kind=InputKind.CHOICE,
        label=Text(_("First connection or repair?")),
        help=Text(
            _("A repair changes an org that already works with Marketing Cloud. The order is then safer.")
        ),
        choices=(
            (FIRST, Text(_("First connection: this org has never been connected"))),
            (REPAIR, Text(_("Repair: this org is connected, or was"))),
        ),
    ),
    Input(
        key="connection_user",
        kind=InputKind.PERSON,
        label=Text(_("Salesforce-side connection user")),
        help=Text(
            _(
                "The Salesforce user kept for the connection, not for a "
                "person. It gets all four permission sets."
            )
        ),
        suggest=("marketing cloud", "mc.connect", "exacttarget"),
    ),
    Input(
        key="people",
        kind=InputKind.PEOPLE,
        label=Text(_("People who work with Marketing Cloud")),
        help=Text(_("They get the new permission set. The connection user is always included.")),
        required=False,
        suggest=("marketing",),
    ),
    Input(
        key="set_label",
        name_key="set_name",
        kind=InputKind.LABEL,
        label=Text(_("Label of the new permission set")),
        help=Text(_("A memorable name. Salesforce makes the API name from it, and you approve that here.")),
        default=DEFAULT_LABEL,
    ),
    Input(
        key="mid",
        kind=InputKind.NUMBER_TEXT,
        label=Text(_("Expected Engagement account id (MID)")),
        help=Text(_("Shown in Engagement beside the account's name. We compare it after the connection.")),
        required=False,
    ),
)
