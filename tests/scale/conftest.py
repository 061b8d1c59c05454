from __future__ import annotations

from tests.wizard.conftest import make, trouble

__all__ = ["make", "trouble"]  # the fixtures, for the tests here
