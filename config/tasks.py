"""Background work of the installation itself."""

from __future__ import annotations

import logging

from celery import shared_task

from config import housekeeping

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def keep_house() -> None:
    for each in housekeeping.leftovers():
        if count := each.clear():
            logger.info("housekeeping: %d %s", count, each.name)
