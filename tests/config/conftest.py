from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture
def swept() -> Iterator[None]:
    """Nothing that others left, or that this test leaves, is collected in a test that comes later."""
    gc.collect()
    yield
    gc.collect()
