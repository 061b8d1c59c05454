"""Who was chosen on the first stage, as its page lists it, and who probably will be."""

from __future__ import annotations

from dataclasses import dataclass, field

from orgs.models import OrgUser
from wizard.guides.text import Text
from wizard.models import Setup
from wizard.stage import suggestions


@dataclass(frozen=True)
class ChoiceRow:
    """A choice of people, as the first stage lists it."""

    key: str
    label: Text
    help: Text
    names: tuple[str, ...] = field(default_factory=tuple)
    count: int = 0
    single: bool = False
    suggested: tuple[OrgUser, ...] = ()  # while nobody is chosen
    profiles: tuple[tuple[str, int], ...] = ()


def choice_rows(setup: Setup) -> tuple[ChoiceRow, ...]:
    """Who was chosen, for each input that asks for people."""
    rows = []
    names = setup.people_names
    for each in setup.guide.inputs:
        if each.kind not in ("person", "people"):
            continue
        value = setup.inputs.get(each.key) or []
        ids = [value] if isinstance(value, str) else list(value)
        shown = tuple(names.get(user_id, user_id) for user_id in ids[:8])
        single = each.kind == "person"
        suggested = suggestions.people(setup.org, each) if single and not ids else ()
        profiles = suggestions.profiles(setup.org, each) if not single and not ids else ()
        rows.append(ChoiceRow(each.key, each.label, each.help, shown, len(ids), single, suggested, profiles))
    return tuple(rows)
