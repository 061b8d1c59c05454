"""docs/stand-in.md names every switch and every starting state."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from simulator.control.switchboard import CHOICES
from simulator.scenarios import SCENARIOS
from simulator.switches import Switches

PAGE = (Path(__file__).parents[2] / "docs" / "stand-in.md").read_text()


@pytest.mark.parametrize("name", [each.name for each in fields(Switches)])
def test_each_switch_is_explained(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_starting_state_is_explained(name: str) -> None:
    assert f"| `{name}` |" in PAGE


def test_each_default_is_one_of_the_choices() -> None:
    switches = Switches()
    assert all(getattr(switches, name) in choices for name, choices in CHOICES.items())
