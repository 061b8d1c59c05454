"""Reading answers: the rows of a query, its next page, and what a missing resource means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from orgs.salesforce.errors import NoAnswer, QueryLost, Refused, VersionRefused

MOST_BEGINNINGS = 3  # of one query whose further pages are gone
T = TypeVar("T")


@contextmanager
def in_every_version() -> Iterator[None]:
    """`composite` and `query` are there in every version: 404 says that this version is not."""
    try:
        yield
    except Refused as refusal:
        if refusal.status != 404:
            raise
        message = "The org does not offer the API version that we use."
        raise VersionRefused("API_VERSION_REFUSED", message, status=404) from None


def records(body: object) -> list[dict[str, object]]:
    if not isinstance(body, Mapping) or not isinstance(body.get("records"), list):
        raise NoAnswer("UNREADABLE_ANSWER", "A query's answer has no records.")
    return list(body["records"])


def next_page(body: Mapping[str, object]) -> str:
    url = body.get("nextRecordsUrl")
    # It is joined to the org's address: anything but a path would send the token elsewhere.
    if not isinstance(url, str) or not url.startswith("/services/data/"):
        raise NoAnswer("UNREADABLE_ANSWER", "A query's answer names no next page.")
    return url


@contextmanager
def of_a_further_page() -> Iterator[None]:
    """Pages are kept for a while only, and go with their transaction: then they are unknown."""
    try:
        yield
    except Refused as refusal:
        if refusal.status != 404 and refusal.code != "INVALID_QUERY_LOCATOR":
            raise
        raise QueryLost("INVALID_QUERY_LOCATOR", refusal.message, status=refusal.status) from None


def beginning_again(read: Callable[[], T]) -> T:
    """Read a query from its beginning, again where its further pages were lost."""
    for _beginning in range(MOST_BEGINNINGS - 1):
        try:
            return read()
        except QueryLost:
            continue
    return read()
