"""A setup changed -> whoever looks at it is told, over Redis."""

from __future__ import annotations

import logging
import uuid
from functools import cache, partial

import redis
from django.conf import settings
from django.db import transaction
from django.db.models import F

from wizard.models import Setup

logger = logging.getLogger(__name__)

AWAY = (redis.RedisError, OSError)  # the broker, or the way to it
CHANNEL = "connect-guide:changed"


@cache
def _publisher() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def notify_changed(setup_id: uuid.UUID) -> None:
    """Count the change and, once it is committed, tell whoever is looking at the setup."""
    Setup.objects.filter(pk=setup_id).update(version=F("version") + 1)
    transaction.on_commit(partial(_publish, str(setup_id)))


def _publish(setup_id: str) -> None:
    try:
        _publisher().publish(CHANNEL, setup_id)
    except redis.RedisError:
        # The page's slow poll catches up: late, but nothing is lost.
        logger.warning("broker away, viewers of %s were not told", setup_id)
