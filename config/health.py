"""For the platform: is this process alive, and can it do its work?"""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import process_heartbeats
from config.postgresql import answers_within
from wizard.live.publish import AWAY, ping

logger = logging.getLogger(__name__)

SECONDS = 2.0  # for each part: probers give up after few more


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
    parts |= {part: parts["broker"] and _was_heard_of(part) for part in process_heartbeats.PARTS}
    if request.GET.get("whole") == "1":
        needed = list(parts.values())
    return JsonResponse(parts, status=200 if all(needed) else 503)


def _database_answers() -> bool:
    try:
        with answers_within(SECONDS), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        logger.exception("The database does not answer")
        return False
    return True


def _broker_answers() -> bool:
    """Asked once: a prober asks again by itself."""
    try:
        ping()
    except AWAY:
        logger.exception("The broker does not answer")
        return False
    return True


def _was_heard_of(part: str) -> bool:
    try:
        return bool(process_heartbeats.alive(part))
    except AWAY:
        logger.exception("The cache does not answer")
        return False
