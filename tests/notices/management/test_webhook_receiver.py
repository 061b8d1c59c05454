"""`manage.py webhook_receiver`: what comes is shown, and whether it is from us."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from notices import sending
from teams.models import Team
from tests.notices.telling import Receiver, add_channel, tell
from tests.waiting import eventually
from tests.wizard.processes import process

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_shows_what_comes_and_whether_the_signature_is_right(
    team: Team, receiver: Receiver, child_env: dict[str, str], tmp_path: Path
) -> None:
    channel, log = add_channel(team, receiver.url), tmp_path / "log"
    options = ["--port", "0", "--secret", channel.secret.reveal()]
    with process([sys.executable, "manage.py", "webhook_receiver", *options], child_env, log):
        found = eventually("it listens", lambda: re.search(r"http://127\S+", log.read_text()))
        assert found
        for url in (found[0], receiver.url):
            channel.lead_to(url)
            channel.save()
            sending.send_test(channel)
            tell()
        eventually("it came", lambda: "signature: right" in log.read_text())
        assert "This is a test" in log.read_text()
        assert [each.state for each in channel.deliveries.all()] == ["sent", "sent"]
