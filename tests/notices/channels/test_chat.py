"""Slack and Microsoft Teams, in their own formats: what an org is called can't write to anybody there."""

from __future__ import annotations

from typing import Any

import pytest

from notices.channels import chat
from notices.words import Said
from teams.models import Team
from tests.notices.telling import Receiver, add_channel, an_org, happen, tell
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["slack", "ms_teams"])
def test_a_message_arrives_in_the_language_of_its_team(
    desk: SetupHarness, team: Team, receiver: Receiver, kind: str
) -> None:
    add_channel(team, receiver.url, kind, language="de")
    happen(desk.org, desk.setup.pk)
    tell()
    (request,) = receiver.requests
    said = request.body.decode()
    assert desk.org.name in said
    assert "nicht mehr richtig" in said
    assert f"/setups/{desk.setup.pk}/" in said
    assert "webhook-signature" not in request.headers


def test_a_name_calls_nobody_and_links_nowhere(team: Team) -> None:
    org = an_org(team, "<!channel> & [win](https://evil.example)")
    said = Said("Drifted", "Permitted users <b>", "a", "b", org.name, "https://guide.example/setups/1/")
    slack: Any = chat.slack(said)
    assert slack["text"] == "&lt;!channel&gt; &amp; [win](https://evil.example): Drifted"
    header, section = slack["blocks"]
    assert header["text"]["type"] == "plain_text"
    assert "Permitted users &lt;b&gt;" in section["text"]["text"]
    teams: Any = chat.ms_teams(said)
    (attachment,) = teams["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    kinds = {each["type"] for each in attachment["content"]["body"]}
    assert kinds == {"RichTextBlock"}, "a TextBlock would read Markdown"
