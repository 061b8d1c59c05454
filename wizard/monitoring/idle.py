"""A setup that is under way, and on which nobody works: told once, until somebody has worked again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from notices.kinds import Kind
from notices.models import Notice
from wizard.history import notices
from wizard.models import UNDER_WAY, Setup

AFTER = timedelta(days=7)


def tell(now: datetime) -> None:
    """Each round looks at all that stand still, and tells the new ones only."""
    told = Notice.objects.filter(kind=Kind.IDLE, setup_id=OuterRef("pk"), at__gt=OuterRef("last_activity_at"))
    idle = Setup.objects.filter(~Exists(told), UNDER_WAY, last_activity_at__lt=now - AFTER)
    for setup in idle.select_related("org"):
        notices.idle(setup)
