"""Who was chosen on the first stage, as its page lists it, and who probably will be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from orgs.models import OrgUser
from wizard.guides.base import Input
from wizard.guides.text import Text
from wizard.models import Setup
from wizard.stage import suggestions

SHOW_CHOSEN = 50
MOST_PEOPLE = 5000


@dataclass(frozen=True)
class Person:
    """Somebody who was chosen; without a username where the org's directory does not have them (any more)."""

    name: str
    username: str = ""


@dataclass(frozen=True)
class ChoiceRow:
    """A choice of people, as the first stage lists it."""

    key: str
    label: Text
    help: Text
    people: tuple[Person, ...] = ()  # the first of those chosen
    count: int = 0
    single: bool = False
    suggested: tuple[OrgUser, ...] = ()  # while nobody is chosen
    profiles: tuple[tuple[str, int], ...] = ()

    @property
    def more(self) -> int:
        """How many are chosen beside those that are shown."""
        return self.count - len(self.people)


def choice_rows(setup: Setup) -> tuple[ChoiceRow, ...]:
    """Who was chosen, for each input that asks for people."""
    asked = [each for each in setup.guide.inputs if each.kind in ("person", "people")]
    chosen = [(each, _ids(setup.inputs.get(each.key))) for each in asked]
    shown = {user_id for _each, ids in chosen for user_id in ids[:SHOW_CHOSEN]}
    known = {row.user_id: row for row in setup.org.people.filter(user_id__in=shown)}
    return tuple(_row(setup, each, ids, known) for each, ids in chosen)


def _ids(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return list(value) if isinstance(value, list) else []


def _row(setup: Setup, each: Input, ids: Sequence[str], known: Mapping[str, OrgUser]) -> ChoiceRow:
    single = each.kind == "person"
    suggested = suggestions.people(setup.org, each) if single and not ids else ()
    wished = setup.inputs.get("people_profile", "")
    profiles = suggestions.profiles(setup.org, each, wished) if not single and not ids else ()
    people = tuple(_person(user_id, known.get(user_id)) for user_id in ids[:SHOW_CHOSEN])
    return ChoiceRow(each.key, each.label, each.help, people, len(ids), single, suggested, profiles)


def _person(user_id: str, row: OrgUser | None) -> Person:
    return Person(row.name, row.username) if row else Person(user_id)


def chose_among(setup: Setup, sent: QueryDict) -> bool:
    """Whether somebody was taken from several suggestions: a single one is proposed with its tick."""
    return any(
        sent.get(row.key) in {person.user_id for person in row.suggested}
        for row in choice_rows(setup)
        if len(row.suggested) > 1
    )


def picked(setup: Setup, sent: QueryDict) -> dict[str, str]:
    """Whom a person took from the suggestions of the first stage; only where nobody is chosen yet, as
    the page may be older than somebody else's choice."""
    asked = [each for each in setup.guide.inputs if each.kind == "person" and not setup.inputs.get(each.key)]
    wanted = {each.key: sent.get(each.key, "") for each in asked if sent.get("then") != each.key}
    there = setup.org.people.filter(user_id__in=filter(None, wanted.values()), active=True)
    known = set(there.values_list("user_id", flat=True))
    return {key: user_id for key, user_id in wanted.items() if user_id in known}
