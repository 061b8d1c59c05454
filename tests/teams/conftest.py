from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_attempts_counted_yet() -> None:
    """Each test has its own sign-ins to be limited."""
    cache.clear()
