"""What happened in a setup, a page at a time: filtered, in sentences, with what was before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import F, Func, IntegerField, JSONField, Q, QuerySet

from wizard import query_params
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _
from wizard.messages import events as sentences
from wizard.models import Event, Setup
from wizard.query_params import REFERENCE

PER_PAGE = 50
SHOWN_CHANGES = 20
NOBODY = "us"  # the filter's word for what no person did
NOT_KNOWN = Text(_("not known"))  # a value that nothing could read


@dataclass(frozen=True)
class Filters:
    kind: str = ""
    by: str = ""
    reference: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        kind, by, reference = (asked.get(name, "").strip() for name in ("kind", "by", "reference"))
        return cls(
            kind=kind if kind in sentences.GROUPS else "",
            by=by if by == NOBODY or query_params.number_of(by) is not None else "",
            reference=reference.lower() if REFERENCE.fullmatch(reference.lower()) else "",
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.kind or self.by or self.reference)


@dataclass(frozen=True)
class ChangeLine:
    """One change of an event: its value before and after, or why it was refused."""

    what: Text
    before: Text
    after: Text
    refused: str = ""


@dataclass(frozen=True)
class Row:
    event: Event
    texts: Sequence[Text]
    how: Text | None
    changes: Sequence[ChangeLine] = ()
    count: int = 0  # of all its changes, of which some are shown

    @property
    def nobody(self) -> Text:
        """Whose act it was, where no person of ours did it."""
        return sentences.no_member(self.event.kind, self.event.data)

    @property
    def reference(self) -> str:
        """Its job's; an end in an error keeps it when the job is gone (`config.housekeeping`)."""
        kept = str(self.event.data.get("reference") or "")
        return self.event.job.reference if self.event.job else kept


def page(setup: Setup, filters: Filters, number: str | None) -> tuple[Page[Event], list[Row]]:
    """The shown page, newest first. The changes are loaded for this page only, and not all of them."""
    events = light(_filtered(setup.events.all(), filters))
    shown = Paginator(events.order_by("-id"), PER_PAGE).get_page(number)
    ids = [event.pk for event in shown if event.kind in ("changed", "undone")]
    changes = _first_changes(ids) if ids else {}
    return shown, [row(event, *changes.get(event.pk, ((), 0))) for event in shown]


def light(events: QuerySet[Event], *, changes: bool = False) -> QuerySet[Event]:
    """Without what may be large: enough for sentences; with the changes, if they are asked for."""
    heavy = [f"job__{name}" for name in ("approved", "intent", "error_details")]
    return events.select_related("job").defer(*heavy, *(() if changes else ("changes",)))


def _filtered(events: QuerySet[Event], filters: Filters) -> QuerySet[Event]:
    if filters.kind:
        events = events.filter(kind__in=sentences.GROUPS[filters.kind][1])
    if filters.by == NOBODY:
        events = events.filter(actor__isnull=True)
    elif filters.by:
        events = events.filter(actor=int(filters.by))
    if filters.reference:
        reference = filters.reference
        events = events.filter(Q(job__reference=reference) | Q(data__reference=reference, job=None))
    return events


def _first_changes(ids: Sequence[int]) -> dict[int, tuple[Sequence[Mapping[str, Json]], int]]:
    """Cut in the database: an event of a large apply holds hundreds of changes."""
    first = Func(
        F("changes"),
        template=f"jsonb_path_query_array(%(expressions)s, '$[0 to {SHOWN_CHANGES - 1}]')",
        output_field=JSONField(),
    )
    count = Func(F("changes"), function="jsonb_array_length", output_field=IntegerField())
    rows = Event.objects.filter(pk__in=ids).values_list("pk", first, count)
    return {pk: (raw, total) for pk, raw, total in rows}


def row(event: Event, raw: Sequence[Mapping[str, Json]] = (), total: int = 0) -> Row:
    """One event in sentences; with its changes, if they were loaded."""
    texts = sentences.of_event(event.kind, event.data)
    how = sentences.HOW.get(event.kind)
    if "before" in event.data and "after" in event.data:  # seen in the org: one value
        before, after = (Text.from_json(event.data[key]) or NOT_KNOWN for key in ("before", "after"))
        return Row(event, texts, how, (ChangeLine(Text.load(event.data["title"]), before, after),), 1)
    return Row(event, texts, how, tuple(_line(each) for each in raw), total)


def _line(raw: Mapping[str, Json]) -> ChangeLine:
    change = raw["change"]
    before, after = Text.load(change["before"]), Text.load(change["after"])
    if not raw["ok"]:
        return ChangeLine(Text.load(change["what"]), before, before, raw.get("error_code") or "?")
    if not raw["created"]:
        return ChangeLine(Text.load(change["what"]), after, after)
    return ChangeLine(sentences.made(change["kind"], Text.load(change["what"])), before, after)


def people(setup: Setup) -> list[tuple[int, str]]:
    """Whoever did something here."""
    rows = setup.events.filter(actor__isnull=False).order_by("actor_name").values_list("actor", "actor_name")
    return list(dict(rows.distinct()).items())
