"""Slack and Microsoft Teams, each by an address that one of their channels listens to.

Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks ("text" and "blocks"; 410 is
`channel_is_archived`), https://docs.slack.dev/messaging/formatting-message-text (what is escaped, and why).
Teams: a flow with the trigger *When a Teams webhook request is received*, which takes a message with an
Adaptive Card: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook.
Of its elements a RichTextBlock shows what an org is called as it is; a TextBlock reads Markdown:
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format.
"""

from __future__ import annotations

import json

from django.utils.translation import gettext as _

from notices import words
from notices.channels import http
from notices.channels.base import Result
from notices.models import Delivery
from notices.words import Said

MOST_IN_A_HEADER = 150  # of Slack's header block


def to_slack(delivery: Delivery) -> Result:
    return _send(delivery, slack(words.say(delivery.notice)))


def to_ms_teams(delivery: Delivery) -> Result:
    return _send(delivery, ms_teams(words.say(delivery.notice)))


def _send(delivery: Delivery, message: dict[str, object]) -> Result:
    body = json.dumps(message, ensure_ascii=False).encode()
    return http.post(delivery.channel.address.reveal(), body, {"Content-Type": "application/json"})


def lines(said: Said) -> list[str]:
    told = [said.detail]
    if said.before or said.after:
        told.append(
            _("Before: %(before)s. Now: %(after)s.")
            % {"before": said.before or "?", "after": said.after or "?"}
        )
    return [line for line in told if line]


def slack(said: Said) -> dict[str, object]:
    head = {"type": "plain_text", "text": said.headline[:MOST_IN_A_HEADER], "emoji": False}
    link = f"<{_escaped(said.link)}|{_escaped(_('See the setup'))}>"
    text = "\n".join([*map(_escaped, lines(said)), link])
    return {
        "text": _escaped(said.headline),
        "blocks": [
            {"type": "header", "text": head},
            {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}},
        ],
    }


def _escaped(text: str) -> str:
    """So that an org called `<!channel>` calls nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def ms_teams(said: Said) -> dict[str, object]:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [_rich(said.headline, bold=True), *(_rich(line) for line in lines(said))],
        "actions": [{"type": "Action.OpenUrl", "title": _("See the setup"), "url": said.link}],
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def _rich(text: str, *, bold: bool = False) -> dict[str, object]:
    run = {"type": "TextRun", "text": text, "weight": "Bolder" if bold else "Default"}
    return {"type": "RichTextBlock", "inlines": [run]}
