"""For the platform: is this process alive, and can it do its work?"""

from __future__ import annotations

import logging

import kombu
import kombu.exceptions
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import process_heartbeats

logger = logging.getLogger(__name__)


@require_safe
@never_cache
@login_not_required
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database and the broker answer, else 503. The answer names parts, not reasons.

    Workers and streams are told too; they decide only with `?whole=1`, as pages do without them.
    """
    parts = {"database": _database_answers(), "broker": _broker_answers()}
    needed = list(parts.values())
    parts |= {
        part: parts["broker"] and bool(process_heartbeats.alive(part)) for part in process_heartbeats.PARTS
    }
    if request.GET.get("whole") == "1":
        needed = list(parts.values())
    return JsonResponse(parts, status=200 if all(needed) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return False
    return True


def _broker_answers() -> bool:
    with kombu.Connection(settings.REDIS_URL, connect_timeout=2) as broker:
        try:
            broker.ensure_connection(max_retries=1, timeout=2)
        except kombu.exceptions.OperationalError:  # kombu translates the transport's own errors
            logger.exception("The broker does not answer")
            return False
    return True
