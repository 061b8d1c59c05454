from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.teams.conftest import _no_attempts_counted_yet  # noqa: F401

if TYPE_CHECKING:
    from tests.access.people import Side
    from tests.fixture_types import MakePerson


@pytest.fixture
def ours(person: MakePerson) -> Side:
    from tests.access.people import make_side

    return make_side("Ours", person)


@pytest.fixture
def theirs(person: MakePerson) -> Side:
    from tests.access.people import make_side

    return make_side("Theirs", person)
