"""A table in one test: every row is tried, and all that fail are told together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.core.cache import cache
from django.db import transaction

Row = TypeVar("Row")


def failing(rows: Iterable[Row], check: Callable[[Row], None]) -> list[str]:
    """`assert failing(TABLE, check) == []`"""
    failed = []
    for row in rows:
        try:
            check(row)
        except AssertionError as wrong:
            failed.append(f"{row}: {wrong}")
    return failed


def failing_apart(rows: Iterable[Row], check: Callable[[Row], None]) -> list[str]:
    """The same where a check writes to the database: what it left, and what was counted, is undone."""

    def alone(row: Row) -> None:
        cache.clear()
        with transaction.atomic():
            try:
                check(row)
            finally:
                transaction.set_rollback(True)

    return failing(rows, alone)
