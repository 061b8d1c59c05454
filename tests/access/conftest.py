from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache

if TYPE_CHECKING:
    from tests.access.people import Side


@pytest.fixture(autouse=True)
def _no_attempts_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def ours(person: Callable[..., Any]) -> Side:
    from tests.access.people import make_side

    return make_side("Ours", person)


@pytest.fixture
def theirs(person: Callable[..., Any]) -> Side:
    from tests.access.people import make_side

    return make_side("Theirs", person)
