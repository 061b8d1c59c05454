"""One assumption beside what an org says of it, and how it is put."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wizard.guides.connected_app_authentication.calibration.assumptions import SETTINGS
from wizard.guides.connected_app_authentication.calibration.evidence import Reading
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _


class Verdict(StrEnum):
    AS_ASSUMED = _("as assumed")
    DIFFERS = _("differs")
    NOT_TOLD = _("the org does not tell")


@dataclass(frozen=True)
class Point:
    """One assumption. `setting` is what to set, and `when` says under which condition.

    `quotes` are words of the org that may name people: for whoever reads the org anyway, and no file.
    """

    key: str
    question: Text
    assumed: Text
    said: Text
    verdict: Verdict
    setting: str = ""
    when: Text | None = None
    note: Text | None = None  # where there is nothing to set: what the guide does instead
    quotes: str = ""


Settings = Mapping[str, str]


def value(settings: Settings, name: str) -> str:
    return settings.get(name, SETTINGS[name].default)


NOT_TOLD = Verdict.NOT_TOLD


def refusal(reading: Reading, else_say: Text) -> Text:
    return (
        Text(_("Salesforce refused to show it: {code}"), {"code": reading.code})
        if reading.refused
        else else_say
    )


def with_setting(assumed: Text, name: str, of: str) -> Text:
    return Text("{assumed} ({setting})", {"assumed": assumed.to_json(), "setting": f"{name}={of}"})


def as_read(said: str) -> Text:
    """Names and words of the org, which nobody translates."""
    return Text("{said}", {"said": said})
