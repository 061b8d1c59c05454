"""A signed webhook, as the Standard Webhooks specification 1.0.0 has it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: the headers
`webhook-id`, `webhook-timestamp` and `webhook-signature`, an HMAC-SHA256 of `id.timestamp.body`, a secret
that begins with `whsec_`, 410 for "send no more". Libraries for receivers are at standardwebhooks.com.

`webhook-id` names the notice, in every try, so that a receiver can know it again; our own header
`Connect-Guide-Delivery` names the try.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping

from django.utils import timezone

from notices import words
from notices.channels import http
from notices.channels.base import Result
from notices.models import Delivery, Notice

PREFIX = "whsec_"
TOLERANCE = 5 * 60  # seconds that a receiver should allow


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def send(delivery: Delivery) -> Result:
    channel, notice = delivery.channel, delivery.notice
    body = json.dumps(payload(notice), ensure_ascii=False).encode()
    about = f"ntc_{notice.key.hex}" if notice else f"test_{delivery.pk}"
    headers = signed(about, body, channel.secret.reveal())
    headers |= {"Content-Type": "application/json", "User-Agent": "Connect-Guide"}
    headers["Connect-Guide-Delivery"] = str(delivery.attempt)
    return http.post(channel.address.reveal(), body, headers)


def payload(notice: Notice | None) -> dict[str, object]:
    said = words.say(notice)
    told: dict[str, object] = {"title": said.title, "text": said.detail, "link": said.link}
    if notice is None:
        return {"type": "test", "timestamp": timezone.now().isoformat(), "data": told}
    told |= {"team": str(notice.team_id), "setup": str(notice.setup_id) if notice.setup_id else None}
    if notice.org:
        told["org"] = {"id": notice.org.org_id, "name": notice.org.name}
    told |= {"step": notice.data.get("step"), "before": said.before or None, "after": said.after or None}
    return {"type": notice.kind, "timestamp": notice.at.isoformat(), "data": told}


def signed(about: str, body: bytes, secret: str, at: int | None = None) -> dict[str, str]:
    moment = str(at or int(time.time()))
    return {
        "webhook-id": about,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{_signature(about, moment, body, secret)}",
    }


def is_ours(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """What a receiver asks: for `manage.py webhook_receiver`."""
    about, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not moment.isdigit() or abs(time.time() - int(moment)) > TOLERANCE:
        return False
    expected = f"v1,{_signature(about, moment, body, secret)}"
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected.encode(), each.encode()) for each in given)


def _signature(about: str, moment: str, body: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    content = b".".join((about.encode(), moment.encode(), body))
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
