"""Every address of the app, from the urlconf itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver


class Url(NamedTuple):
    name: str
    route: str
    converters: dict[str, str]  # parameter -> the kind of its converter


def every_url() -> list[Url]:
    found = list(_walk(get_resolver(), "", "", {}))
    assert len(found) > 60, "the urlconf has moved: this reads nothing"
    return found


def _walk(resolver: URLResolver, spaces: str, route: str, kinds: dict[str, str]) -> Iterator[Url]:
    for each in resolver.url_patterns:
        here = route + str(each.pattern)
        converters = getattr(each.pattern, "converters", {})
        known = kinds | {key: type(value).__name__ for key, value in converters.items()}
        if isinstance(each, URLResolver):
            inner = f"{spaces}{each.namespace}:" if each.namespace else spaces
            yield from _walk(each, inner, here, known)
        elif isinstance(each, URLPattern):
            yield Url(f"{spaces}{each.name}", here, known)
