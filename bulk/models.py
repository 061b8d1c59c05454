"""What a team starts for many clients at once: presets, lists, and the rows of a list."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Preset(models.Model):
    """Choices that a team makes once, for the clients that it starts with them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="presets")
    name = models.CharField(max_length=80)
    set_label = models.CharField(max_length=80)
    set_name = models.CharField(max_length=80)
    profile = models.CharField(max_length=255, blank=True)  # of the people who get the new set
    # Of the message to the client.
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    only_sign_in = models.BooleanField(default=False)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint("team", Lower("name"), name="one_preset_per_team_and_name"),)

    def __str__(self) -> str:
        return self.name


class ClientList(models.Model):
    """A list of clients that somebody handed in, and how far its start is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="client_lists")
    preset = models.ForeignKey(Preset, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)  # of a message without a preset
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    # Who pressed the button: the links are theirs, and go out in their name.
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    stopped_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True)  # why it was stopped, if nobody did

    if TYPE_CHECKING:
        rows: RelatedManager[ClientRow]
        started_by_id: int | None

    def __str__(self) -> str:
        return f"{self.pk} of {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_going(self) -> bool:
        """Whether its rows are started one after the other, as long as any waits."""
        return self.started_at is not None and self.stopped_at is None


class ClientRow(models.Model):
    """One client of a list: as it was handed in, what speaks against it, and what became of it."""

    class State(models.TextChoices):
        TO_MEND = "to_mend", _("To mend")
        WAITING = "waiting", _("Not started")
        STARTED = "started", _("Started")
        LEFT_OUT = "left_out", _("Left out")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    list = models.ForeignKey(ClientList, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # the line of the file
    client = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    preset_name = models.CharField(max_length=80, blank=True)
    mid = models.CharField(max_length=20, blank=True)
    preset = models.ForeignKey(Preset, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices)
    problem = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=254, blank=True)  # fills in the problem's words
    setup = models.ForeignKey(
        "wizard.Setup", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["list", "number"], name="one_row_per_line"),)
        indexes = (models.Index(fields=["list"], condition=Q(state="waiting"), name="client_row_waiting"),)

    def __str__(self) -> str:
        return f"{self.number}: {self.state}"
