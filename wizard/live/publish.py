"""A setup changed -> whoever looks at it is told, over Redis."""

from __future__ import annotations

import logging
import uuid
from functools import cache, partial
from typing import Any

import redis
from django.conf import settings
from django.db import transaction
from django.db.models import F

from wizard.models import Setup

logger = logging.getLogger(__name__)

BROKER_FAILED = redis.RedisError
AWAY = (BROKER_FAILED, OSError)  # the broker, or the way to it
CHANNEL = "connect-guide:changed"


@cache
def _client(url: str) -> redis.Redis:
    limits: Any = {**settings.REDIS_LIMITS, **settings.REDIS_TLS}
    return redis.Redis.from_url(url, **limits)


def ping() -> None:
    """Raise one of `AWAY` where the broker does not answer in time."""
    _client(settings.REDIS_URL).ping()


def notify_changed(setup_id: uuid.UUID) -> None:
    """Count the change and, once it is committed, tell whoever is looking at the setup."""
    Setup.objects.filter(pk=setup_id).update(version=F("version") + 1)
    transaction.on_commit(partial(_publish, str(setup_id)))


def _publish(setup_id: str) -> None:
    try:
        _client(settings.REDIS_URL).publish(CHANNEL, setup_id)
    except AWAY:
        # The page's slow poll catches up: late, but nothing is lost.
        logger.warning("broker away, viewers of %s were not told", setup_id)
