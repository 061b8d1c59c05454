"""The Celery app: short messages that carry ids, and a database that holds the truth."""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init

from config import broker, postgresql, tracing  # noqa: F401 - tracing listens to what the worker begins and ends

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

broker.install()
app = Celery("connect_guide")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _begin_worker(**more: object) -> None:
    """What a worker says of itself; its models need Django, which is set up by now."""
    from config import process_heartbeats  # noqa: F401 - it listens to the worker's heartbeat

    postgresql.limit_answers()


# A missed tick is worthless a moment later, so an old one is dropped ("expires").
app.conf.beat_schedule = {
    "watch open setups": {"task": "wizard.tasks.tick", "schedule": 1.0, "options": {"expires": 5}},
    "continue lost jobs": {"task": "wizard.tasks.rescue_jobs", "schedule": 5.0, "options": {"expires": 15}},
    "finish revocations": {
        "task": "orgs.tasks.retry_revocations",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "seal the audit trail": {"task": "teams.tasks.seal_audit", "schedule": 10.0, "options": {"expires": 15}},
    "tell the audit trail's end": {"task": "teams.tasks.tell_audit_head", "schedule": crontab(minute=7)},
    # What is new wakes a worker itself; this is for second tries, for digests, and after a lost message.
    "tell notices": {"task": "notices.tasks.tell", "schedule": 5.0, "options": {"expires": 10}},
    "start clients": {"task": "bulk.tasks.go_on", "schedule": 5.0, "options": {"expires": 10}},
    "remind of what stands still": {"task": "wizard.tasks.remind", "schedule": crontab(minute=11)},
    "remind of secrets that end": {"task": "notices.tasks.remind", "schedule": crontab(minute=17)},
    "look after what is handed over": {"task": "wizard.tasks.look_after", "schedule": crontab(minute=23)},
    "end what nobody needs": {"task": "config.tasks.keep_house", "schedule": crontab(hour=2, minute=40)},
    "revoke idle connections": {"task": "orgs.tasks.revoke_idle", "schedule": crontab(hour=3, minute=20)},
}
