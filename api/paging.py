"""Long lists, a part at a time: from where the last part ended, whatever came meanwhile."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from ninja import Query

from api.problems import FieldProblem, Refused

M = TypeVar("M", bound=Model)
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str, Query(max_length=200, description="`next_cursor` of the part before")]


def newest_first(rows: QuerySet[M], cursor: str, limit: int) -> tuple[list[M], str | None]:
    """The next rows by the time at which they were made, and the cursor after them."""
    if cursor:
        at, pk = _read(cursor)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))
    found = list(rows.order_by("-created_at", "-pk")[: limit + 1])
    return found[:limit], _after(found, limit)


def _after(found: Sequence[Model], limit: int) -> str | None:
    if len(found) <= limit:
        return None
    last = found[limit - 1]
    return written(f"{last.created_at.isoformat()} {last.pk}")  # type: ignore[attr-defined]


def written(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_of(cursor: str) -> str:
    """What `written` made a cursor of; refused where it is none of ours."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise no_cursor() from None


def _read(cursor: str) -> tuple[datetime, UUID]:
    at, _blank, pk = place_of(cursor).partition(" ")
    try:
        when = datetime.fromisoformat(at)
        if when.tzinfo is None:
            raise no_cursor()
        return when, UUID(pk)
    except (ValueError, OverflowError):
        raise no_cursor() from None


def no_cursor() -> Refused:
    return Refused(422, "not_valid", [FieldProblem(where="query.cursor", message="no cursor of ours")])
