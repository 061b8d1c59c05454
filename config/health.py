"""For the platform: is this process alive, and can it do its work?"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import process_heartbeats
from config.postgresql import answers_within
from wizard.live.publish import AWAY, ping

logger = logging.getLogger(__name__)

SECONDS = 2.5  # for each of two rounds: probers give up after few more
# Threads of their own: what hangs holds none of the pages'.
_checks = ThreadPoolExecutor(6, thread_name_prefix="check")
_migrated = False  # once they are, they stay so for as long as this code runs


@require_safe
@never_cache
@login_not_required
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """200 when people can sign in and work, else 503. The answer names parts, not reasons.

    The other processes are told too; they decide only with `?whole=1`, as pages do without them.
    """
    parts = _answers({"database": _database_answers, "migrations": is_migrated, "broker": _broker_answers})
    needed = list(parts.values())
    heard = {part: partial(_was_heard_of, part) for part in process_heartbeats.PARTS}
    parts |= _answers(heard) if parts["broker"] else dict.fromkeys(heard, False)
    if request.GET.get("whole") == "1":
        needed = list(parts.values())
    return JsonResponse(parts, status=200 if all(needed) else 503)


def _answers(checks: Mapping[str, Callable[[], bool]]) -> dict[str, bool]:
    """All at once; what has not answered in time does not answer."""
    asked = {part: _checks.submit(check) for part, check in checks.items()}
    wait(asked.values(), timeout=SECONDS)
    return {part: future.done() and future.result() for part, future in asked.items()}


def _database_answers() -> bool:
    try:
        with answers_within(SECONDS), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        logger.exception("The database does not answer")
        return False
    finally:
        connection.close()  # this thread's
    return True


def is_migrated() -> bool:
    """Whether the tables are those of this code: without them nobody could sign in."""
    global _migrated
    try:
        if not _migrated:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError):
        return False  # told as the database
    finally:
        connection.close()
    return _migrated


def _broker_answers() -> bool:
    """Whether it takes something too: a full one answers, and every limit of a sign-in is counted there."""
    try:
        ping()
        cache.set("ready", 1, 60)
    except AWAY:
        logger.exception("The broker does not answer, or takes nothing more")
        return False
    return True


def _was_heard_of(part: str) -> bool:
    try:
        return bool(process_heartbeats.alive(part))
    except AWAY:
        logger.exception("The cache does not answer")
        return False
