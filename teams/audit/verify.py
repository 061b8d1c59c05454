"""Whether the audit trail is as it was written: every row is read, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from teams.audit.canonical import BEGINNING, commitment, link
from teams.models.audit import AuditEntry, AuditPending, AuditPersonal, AuditSeal

BATCH = 2000
SOON = timedelta(minutes=5)  # by then every entry is sealed, also if the worker was away for a while
SHREDDED = "teams.shredded"


@dataclass
class Findings:
    """Iterate to read the whole chain; `position` and `digest` are its end then."""

    expected_head: tuple[int, str] | None = None
    position: int = 0
    digest: str = BEGINNING
    shreds: Shreds = field(default_factory=lambda: Shreds.load())
    _asked_again: bool = False

    def __iter__(self) -> Iterator[str]:
        """One sentence for each thing that is wrong."""
        for seals, entries in _batches():
            self._asked_again = False
            for seal in seals:
                yield from self._link(seal, entries.get(seal.entry_id))
        yield from self._head_missing()
        yield from _unsealed()
        yield from _without_entry()

    def _link(self, seal: AuditSeal, entry: AuditEntry | None) -> Iterator[str]:
        if seal.position != self.position + 1:
            missing = f"{self.position + 1} to {seal.position - 1}"
            yield f"The links {missing} of the chain are missing: their seals were deleted."
        if entry is None:
            yield f"Entry {seal.entry_id} (link {seal.position}) was deleted."
        else:
            yield from self._entry(seal, entry)
        # From here on as it is written: one altered row is told once, where it is.
        self.position, self.digest = seal.position, seal.digest
        # Past it, its link is missing: that was told above, and the end was not cut off.
        if self.expected_head and seal.position >= self.expected_head[0]:
            if seal.position == self.expected_head[0] and seal.digest != self.expected_head[1]:
                yield f"Link {seal.position} is not the one that was noted: the chain was written anew."
            self.expected_head = None

    def _entry(self, seal: AuditSeal, entry: AuditEntry) -> Iterator[str]:
        consecutive = seal.position == self.position + 1
        if consecutive and link(self.digest, seal.position, entry).digest != seal.digest:
            yield f"{_named(entry)} (link {seal.position}) or its seal was altered."
        yield from self._personal(entry)

    def _personal(self, entry: AuditEntry) -> Iterator[str]:
        part: AuditPersonal | None = getattr(entry, "personal", None)
        if part is None:
            if entry.personal_digest and not self._was_asked_for(entry):
                yield f"The personal part of {_named(entry)} was deleted, and nobody asked for it."
        elif commitment(part.salt, part.data) != entry.personal_digest:
            yield f"The personal part of {_named(entry)} was altered."

    def _was_asked_for(self, entry: AuditEntry) -> bool:
        """Somebody may be shredded while this runs: then it is asked once more.

        Once for a batch is enough: a part that was gone when the batch was read went together with
        the entry that says so. For each part it would be a query for each that somebody deleted.
        """
        if not self.shreds.cover(entry) and not self._asked_again:
            self.shreds, self._asked_again = Shreds.load(), True
        return self.shreds.cover(entry)

    def _head_missing(self) -> Iterator[str]:
        if self.expected_head and self.expected_head[0]:
            yield (
                f"The chain ends at link {self.position}, but link {self.expected_head[0]} was noted: "
                "its end was cut off."
            )


@dataclass(frozen=True)
class Shreds:
    """Whose personal parts, and which, may be missing because somebody asked for it."""

    of_person: Mapping[int, int]  # person -> the last entry that says so
    of_entry: Mapping[int, int]  # entry -> the same

    @classmethod
    def load(cls) -> Shreds:
        people: dict[int, int] = {}
        entries: dict[int, int] = {}
        # Only what is in the chain, or will be in a moment: anything else is no part of the trail.
        told = AuditEntry.objects.filter(_sealed() | _waits(), kind=SHREDDED)
        for pk, data in told.order_by("pk").values_list("pk", "data"):
            people |= dict.fromkeys(data.get("people", ()), pk)
            entries |= dict.fromkeys(data.get("entries", ()), pk)
        return cls(people, entries)

    def cover(self, entry: AuditEntry) -> bool:
        said = [self.of_person.get(who or 0, 0) for who in (entry.actor_id, entry.about_id)]
        return entry.pk <= max(*said, self.of_entry.get(entry.pk, 0))


def _batches() -> Iterator[tuple[list[AuditSeal], dict[int, AuditEntry]]]:
    position = 0
    while seals := list(AuditSeal.objects.filter(position__gt=position).order_by("position")[:BATCH]):
        rows = AuditEntry.objects.select_related("personal")
        yield seals, rows.in_bulk([seal.entry_id for seal in seals])
        position = seals[-1].position


def _sealed() -> Exists:
    return Exists(AuditSeal.objects.filter(entry_id=OuterRef("pk"), position__gt=0))


def _waits() -> Exists:
    return Exists(AuditPending.objects.filter(pk=OuterRef("pk")))


def _unsealed() -> Iterator[str]:
    """No entry stays without a seal for long, and none without its place in the line, whatever its time."""
    late = AuditEntry.objects.filter(~_sealed()).filter(~_waits() | Q(at__lt=timezone.now() - SOON))
    for entry in late.order_by("pk").iterator(BATCH):
        yield f"{_named(entry)} is in no chain."


def _without_entry() -> Iterator[str]:
    there = Exists(AuditEntry.objects.filter(pk=OuterRef("pk")))
    for waiting in AuditPending.objects.filter(~there).iterator(BATCH):
        yield f"Entry {waiting.entry_id} was deleted before it was sealed."


def _named(entry: AuditEntry) -> str:
    return f"Entry {entry.pk} ({entry.kind}, {entry.at:%Y-%m-%d %H:%M:%S} UTC)"
