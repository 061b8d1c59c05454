"""Celery tasks: from the outbox to whoever is told. The rows are the truth, not the messages."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from notices import expiring, fanout, sending


@shared_task(ignore_result=True)
def tell() -> None:
    """Take what was written, and give each channel with something to send to a worker."""
    while fanout.take() == fanout.AT_ONCE:
        pass
    for channel_id in sending.waiting_channels():
        send.apply_async(args=(str(channel_id),), expires=60)


@shared_task(ignore_result=True)
def send(channel_id: str) -> None:
    sending.send_all(channel_id)


@shared_task(ignore_result=True)
def remind() -> None:
    """Of what happens by time alone, and is of no setup."""
    expiring.tell(timezone.now().date())
