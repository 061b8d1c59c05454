"""Celery tasks: the rows are the truth, not the messages."""

from __future__ import annotations

from celery import shared_task
from django.core.cache import cache

from bulk import lists, starting
from bulk.models import ClientList

AT_ONCE = 20  # then the worker's thread is free for others
HELD = 60  # seconds


@shared_task(ignore_result=True)
def start_clients(list_id: str) -> None:
    """Start some of a list's clients, and ask for the next ones."""
    made = ClientList.objects.filter(pk=list_id).first()
    # Two at once would do no harm, but every tick would add one. Whoever is killed holds it for a minute.
    if made is None or not cache.add(f"start-clients:{list_id}", 1, HELD):
        return
    try:
        left = all(starting.start_next(made) for _turn in range(AT_ONCE))
    finally:
        cache.delete(f"start-clients:{list_id}")
    if left:
        start_clients.delay(list_id)


@shared_task(ignore_result=True)
def go_on() -> None:
    """What a lost message or a killed worker left."""
    for made in lists.unfinished():
        start_clients.delay(str(made.pk))
