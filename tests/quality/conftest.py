"""Setups to look at, as the tests of the guided setup make them."""

from tests.wizard.conftest import checked, desk, make

__all__ = ["checked", "desk", "make"]
