from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from tests.config.conftest import swept  # noqa: F401 - for `LEAVES_SOCKETS`

if TYPE_CHECKING:
    from tests.notices.telling import Receiver


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """On this machine, which is allowed."""
    settings.NOTICES_PRIVATE_NETWORKS = [ip_network("127.0.0.0/8")]
    from tests.notices.telling import receiving

    with receiving() as found:
        yield found
