from __future__ import annotations

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pytest_django import Settings

from simulator.server import Stand

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if hypothesis.get_current_profile_name() != "thorough":
    hypothesis.load_profile("unhurried")


@pytest.fixture
def stand_in_allowed(stand: Stand, settings: Settings) -> None:
    """People may sign in at the stand-in's own address."""
    settings.SALESFORCE_EXTRA_ORIGINS = [stand.url]
