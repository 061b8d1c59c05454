"""Choices as a program or a file writes them: people by their names, the rest as the form takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from orgs.models import OrgUser
from orgs.pasted.people import TooLong
from orgs.people_matching import match
from wizard.guides.base import Input, InputKind
from wizard.guides.text import Json
from wizard.models import Setup
from wizard.stage.forms import NAME_SUFFIX, PEOPLE_KINDS, SetupForm
from wizard.stage.not_added import not_added
from wizard.state import recorded_changes
from wizard.state.context import context_of

Wanted = Mapping[str, str | Sequence[str]]


@dataclass
class Read:
    """What to keep in `Setup.inputs`, or what is wrong: (choice, why)."""

    values: dict[str, Json] = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)


def read(setup: Setup, wanted: Wanted) -> Read:
    """Nothing is kept by it. What is not named stays as it is."""
    found = Read()
    asked = {each.key: each for each in setup.guide.inputs}
    names = {each.name_key: each for each in setup.guide.inputs if each.name_key}
    for key, value in wanted.items():
        if each := asked.get(key):
            read_one = _read_people if each.kind in PEOPLE_KINDS else _refuse_list
            read_one(setup, each, value, found)
        elif key in names:
            _refuse_list(setup, names[key], value, found)
        else:
            known = ", ".join([*asked, *names])
            found.wrong.append((key, _("This choice is not known. Known are: %(known)s") % {"known": known}))
    _read_form(setup, {key: value for key, value in wanted.items() if isinstance(value, str)}, found)
    return found


def _refuse_list(_setup: Setup, each: Input, value: str | Sequence[str], found: Read) -> None:
    if not isinstance(value, str):
        found.wrong.append((each.key, _("Write one value here, not a list.")))


def _read_people(setup: Setup, each: Input, value: str | Sequence[str], found: Read) -> None:
    named = [value] if isinstance(value, str) else list(value)
    if each.kind is InputKind.PERSON and len(named) > 1:
        found.wrong.append((each.key, _("Name one person here.")))
        return
    try:
        matched = match(setup.org, "\n".join(named))
    except TooLong:
        found.wrong.append((each.key, _("This list is too long.")))
        return
    for row in not_added(matched):
        meant = ", ".join(person.username for person in row.candidates)
        found.wrong.append((each.key, f"{row.line} {row.reason} {meant}".strip()))
    ids = list(matched.people)
    found.values[each.key] = ids if each.kind is InputKind.PEOPLE else (ids[0] if ids else "")


def _read_form(setup: Setup, wanted: Mapping[str, str], found: Read) -> None:
    """As the page's form takes it; of a label and its name, whichever is not given stays as it is."""
    sent, labels = QueryDict(mutable=True), [each for each in setup.guide.inputs if each.name_key]
    for each in labels:
        if each.key in wanted or each.name_key in wanted:
            sent[each.key] = wanted.get(each.key) or setup.inputs.get(each.key) or each.default
            sent[each.key + NAME_SUFFIX] = wanted.get(each.name_key, "")
    people = {each.key for each in setup.guide.inputs if each.kind in PEOPLE_KINDS}
    for key in {each.key for each in setup.guide.inputs} - people - {each.key for each in labels}:
        if key in wanted:
            sent[key] = wanted[key]
    if not sent:
        return
    form = SetupForm(context_of(setup), sent, only=sent, made=recorded_changes.names_made(setup))
    if form.is_valid():
        found.values |= form.values()
        return
    for key, errors in form.errors.get_json_data().items():
        found.wrong += [(key, str(each["message"])) for each in errors]


def written(setup: Setup) -> dict[str, str | list[str]]:
    """The choices of a setup, as `read` takes them; people without a known username by their id."""
    chosen: dict[str, str | list[str]] = {}
    ids = {user_id for each in _people(setup) for user_id in _list(setup.inputs.get(each.key))}
    known = dict(OrgUser.objects.filter(org=setup.org, user_id__in=ids).values_list("user_id", "username"))
    for each in setup.guide.inputs:
        value = setup.inputs.get(each.key) or ""
        if each.kind is InputKind.PEOPLE:
            chosen[each.key] = [known.get(user_id, user_id) for user_id in _list(value)]
        else:
            chosen[each.key] = known.get(value, value) if each.kind is InputKind.PERSON else str(value)
        if each.name_key:
            chosen[each.name_key] = str(setup.inputs.get(each.name_key) or "")
    return chosen


def _people(setup: Setup) -> list[Input]:
    return [each for each in setup.guide.inputs if each.kind in PEOPLE_KINDS]


def _list(value: Json) -> list[str]:
    return [value] if value and isinstance(value, str) else list(value or ())
