"""What people and programs can be told of. A row of each kind says itself what changed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    GUEST_OPENED = "guest_opened", _("A client signs in by a link")
    GUEST_DONE = "guest_done", _("A client's part is done")
    STAGE_DONE = "stage_done", _("A stage is done")
    JOB_FAILED = "job_failed", _("A check, a change or a handover fails")
    JOB_INTERRUPTED = "job_interrupted", _("Work is interrupted, and goes on by itself")
    SIGN_IN_LOST = "sign_in_lost", _("The sign-in to an org is lost")
    CONNECTION_USER = (
        "connection_user",
        _("The Salesforce-side connection user is frozen, locked or switched off"),
    )
    DRIFTED = "drifted", _("Something changes after the handover")
    MENDED = "mended", _("It is right again after the handover")
    HANDED_OVER = "handed_over", _("A setup is handed over")
    LINK_ENDING = "link_ending", _("A client's link is about to end")
    SECRET_ENDING = "secret_ending", _("The secret of a registered app is about to end")
    IDLE = "idle", _("Nobody worked on a setup for 7 days")
    CHANNEL_OFF = "channel_off", _("A webhook is switched off")


#: Not to be chosen: told to whoever it concerns, in the bell and by e-mail.
ALWAYS = (Kind.CHANNEL_OFF,)
CHOICES = [(kind.value, kind.label) for kind in Kind if kind not in ALWAYS]


def every_kind() -> list[str]:
    """What is told where nobody chose otherwise."""
    return [value for value, _label in CHOICES]
