"""What the guide would read of an org, tried once as whoever signed in: for the test of a connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orgs.salesforce.client import Client
from wizard.guides.base import Finding
from wizard.guides.connected_app_authentication import checks_rights
from wizard.guides.connected_app_authentication.calibration import evidence
from wizard.guides.connected_app_authentication.calibration.judgement import judge
from wizard.guides.connected_app_authentication.calibration.points import Point, Settings
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.reading.parts import PART_OBJECTS, SLOW_PARTS
from wizard.guides.connected_app_authentication.reading.queries import read
from wizard.guides.connected_app_authentication.snapshot import Snapshot, State
from wizard.guides.text import Json

NEEDS = (
    checks_rights.READ,
    checks_rights.POLICIES,
    checks_rights.CREATE_SET,
    checks_rights.ASSIGN,
    checks_rights.APP_ACCESS,
)


@dataclass(frozen=True)
class Looked:
    """At one object: the code with which the org refused it, and the fields that it does not show."""

    sobject: str
    code: str
    hidden: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    objects: tuple[Looked, ...]
    rights: tuple[Finding, ...]
    points: tuple[Point, ...]


def run(client: Client, known: Mapping[str, Json], settings: Settings, user_id: str) -> Trial:
    """Read all that a check reads, and what calibration asks; nothing of it is kept.

    The person's own row stands for the connection user's: it shows whether such rows can be read.
    """
    choices = Choices(connection_user=user_id)
    snapshot = read(client, choices, None, {**known, **settings, "also": SLOW_PARTS})
    return Trial(
        tuple(_objects(snapshot, known.get("fields") or {})),
        tuple(checks_rights.check_right(need)(snapshot, choices) for need in NEEDS),
        tuple(judge(evidence.gather(client), settings)),
    )


def _objects(snapshot: Snapshot, described: Mapping[str, Iterable[str]]) -> Iterable[Looked]:
    """Each object once: refused if one of its parts was."""
    parts: dict[str, list[str]] = {}
    for name, source in PART_OBJECTS.items():
        if not source.extra:
            parts.setdefault(source.sobject, []).append(name)
    for sobject, names in sorted(parts.items()):
        refused = (part.code for part in map(snapshot.part, names) if part.state is State.UNREADABLE)
        yield Looked(sobject, next(refused, ""), tuple(_hidden(sobject, names, described)))


def _hidden(sobject: str, names: Iterable[str], described: Mapping[str, Iterable[str]]) -> Iterable[str]:
    if sobject not in described:
        return
    there = frozenset(described[sobject])
    for name in names:
        source = PART_OBJECTS[name]
        yield from (
            each for each in (*source.fields, *source.guarded) if "." not in each and each not in there
        )
