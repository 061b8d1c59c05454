"""An entry in a sentence. Each room registers what its kinds of entries say; this room's are in `here`."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from teams.audit import redaction
from teams.models.audit import AuditEntry

Sentences = Callable[[str, Mapping[str, Any]], Sequence[str]]  # what happened, with which values
Groups = Mapping[str, tuple[Any, frozenset[str]]]  # what a list can be narrowed down to: words, kinds

_rooms: dict[str, Sentences] = {}
_groups: dict[str, tuple[Any, frozenset[str]]] = {}
_seen: set[str] = set()
_name_orgs: list[Callable[[Collection[uuid.UUID]], dict[uuid.UUID, str]]] = []

ERASED = _("(erased)")


class Values(dict[str, Any]):
    """What a sentence is filled in with; what was erased says so."""

    def __missing__(self, key: str) -> Promise:
        return ERASED


def register(room: str, sentences: Sentences, groups: Groups, seen: Collection[str] = ()) -> None:
    """`seen` are the kinds of entries about what somebody did in Salesforce, where we only saw it."""
    _rooms[room] = sentences
    _groups.update(groups)
    _seen.update(seen)


def register_orgs(names: Callable[[Collection[uuid.UUID]], dict[uuid.UUID, str]]) -> None:
    """The room of the orgs tells how they are called."""
    _name_orgs[:] = [names]


def org_names(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    return {key: name for names in _name_orgs for key, name in names(ids).items()} if ids else {}


def was_seen(kind: str) -> bool:
    return kind in _seen


def groups() -> Groups:
    return _groups


def personal_of(entry: AuditEntry) -> dict[str, Any]:
    """What the entry says of people; empty once it is erased."""
    part = getattr(entry, "personal", None)
    return dict(json.loads(part.data)) if part is not None else {}


def sentences_of(entry: AuditEntry, personal: Mapping[str, Any]) -> list[str]:
    room, _dot, what = entry.kind.partition(".")
    whole = redaction.put_back(entry.data, personal.get("hidden", {}))
    values = Values({key: each for key, each in personal.items() if key != "hidden"} | whole)
    said = _rooms[room](what, values) if room in _rooms else ()
    return [str(each) for each in said] or [entry.kind]
