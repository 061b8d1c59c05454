"""kombu's Redis channel, made to outlive the connection that it belonged to. Found by `make chaos`.

When the broker goes away under a running task, Celery opens new channels and forgets the old one, but
the task still acknowledges its message there when it ends. kombu 5.7 then looks for the closed
channel's connection, finds None, and the whole worker dies of an AttributeError.

Nothing has to be saved at that point: the jobs' rows are the truth. A message that comes again finds
its job claimed or ended, and `wizard.jobs.queue.requeue_stale` sends a lost one again.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis


class Channel(redis.Channel):
    do_restore = False  # putting unfinished messages back needs the connection that has just failed

    def basic_ack(self, delivery_tag: Any, multiple: bool = False) -> None:
        if not self.closed:
            super().basic_ack(delivery_tag, multiple=multiple)

    def basic_reject(self, delivery_tag: Any, requeue: bool = False) -> None:
        if not self.closed:
            super().basic_reject(delivery_tag, requeue=requeue)


def install() -> None:
    """From now on every Redis connection of this process uses it."""
    redis.Transport.Channel = Channel
