"""What this room forgets with a person: what they wished to be told, and that a notice concerned them."""

from __future__ import annotations

from django.db.models import F, Func, Value

from notices.models import Channel, Notice, Reader
from teams.erasure import Names
from teams.models import User


def forget(user: User, names: Names) -> None:
    Channel.objects.filter(person=user).delete()
    Reader.objects.filter(person=user).delete()
    without = Func(
        F("concerns"), Value(user.pk), function="array_remove", template="%(function)s(%(expressions)s)"
    )
    Notice.objects.filter(concerns__contains=[user.pk]).update(concerns=without)
    Notice.objects.filter(actor_id=user.pk).update(actor_id=None)
