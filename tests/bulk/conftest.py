"""Lists that were handed in, and the mail server that their e-mails go to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django import Settings

from tests.config.conftest import swept  # noqa: F401 - for `LEAVES_SOCKETS`

if TYPE_CHECKING:
    from bulk.models import ClientList, Preset
    from teams.models import Team, User
    from tests.notices.telling import MailServer


@pytest.fixture
def mails(settings: Settings) -> Iterator[MailServer]:
    from tests.notices.telling import MailServer
    from tests.troubled_server import running

    with running(MailServer()) as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        yield found


@pytest.fixture
def handed_in(team: Team, dana: User) -> Callable[..., ClientList]:
    """`handed_in("Contoso,ana@contoso.example")`: a list of the team, by Dana."""
    from bulk import lists, table

    def make(*rows: str, preset: Preset | None = None, by: User = dana) -> ClientList:
        text = "\n".join(["Client,E-mail,Preset,MID", *rows])
        return lists.hand_in(team, by, table.rows_of(text), preset, language="en")

    return make


@pytest.fixture
def preset(team: Team) -> Callable[..., Preset]:
    from bulk.models import Preset

    def make(name: str = "Standard", **more: Any) -> Preset:
        given = {"set_label": "MC Users", "set_name": "MC_Users", "language": "de", **more}
        return Preset.objects.create(team=team, name=name, **given)

    return make
