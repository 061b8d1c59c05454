"""What a client's IT team wants to know before anybody signs in, from the code's own lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from orgs import disclosure, oauth
from wizard.guides import registry
from wizard.guides.base import Access
from wizard.guides.text import Text
from wizard.messages.render import plain

Touching = Access | disclosure.Reading


@dataclass(frozen=True)
class Touched:
    """One object with every field of it that is read or written, and all the reasons."""

    sobject: str
    fields: tuple[str, ...]
    filters: tuple[str, ...]
    why: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    name: str
    why: str


@dataclass(frozen=True)
class Disclosure:
    client_id: str
    callback: str
    scopes: tuple[Scope, ...]
    reads: tuple[Touched, ...]
    described: tuple[str, ...]
    calibration: tuple[str, ...]
    writes: tuple[Touched, ...]
    kept: tuple[tuple[str, str], ...]
    guides: tuple[str, ...]


def build() -> Disclosure:
    every = list(registry.GUIDES.values())
    theirs = [access for guide in every for access in guide.reads]
    return Disclosure(
        client_id=settings.SALESFORCE_CLIENT_ID,
        callback=oauth.redirect_uri(),
        scopes=tuple(Scope(name, str(why)) for name, why in oauth.SCOPE_REASONS.items()),
        reads=_by_object([*disclosure.READS, *theirs]),
        described=disclosure.DESCRIBED,
        calibration=tuple(sorted({name for guide in every for name in guide.calibration_reads})),
        writes=_by_object(access for guide in every for access in guide.writes),
        kept=tuple(
            (str(kept.what), str(kept.until) % {"days": disclosure.IDLE_DAYS}) for kept in disclosure.KEPT
        ),
        guides=tuple(plain(guide.title) for guide in every),
    )


def _by_object(accesses: Iterable[Touching]) -> tuple[Touched, ...]:
    """Each object once, in the order of the alphabet; what is read anyway is no mere filter."""
    grouped: dict[str, list[Touching]] = {}
    for access in accesses:
        grouped.setdefault(access.sobject, []).append(access)
    return tuple(_merged(name, grouped[name]) for name in sorted(grouped))


def _merged(name: str, accesses: list[Touching]) -> Touched:
    fields = dict.fromkeys(field for access in accesses for field in access.fields)
    filters = dict.fromkeys(field for access in accesses for field in access.filters if field not in fields)
    why = dict.fromkeys(
        plain(access.why) if isinstance(access.why, Text) else str(access.why) for access in accesses
    )
    return Touched(name, tuple(fields), tuple(filters), tuple(why))
