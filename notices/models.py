"""Notices, where they go, and what became of each delivery. This room knows no setup but by its id."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.kinds import Kind, every_kind
from orgs.fields import SecretField


class Notice(models.Model):
    """One change of state: what changed, from, to, when, and whether it was told.

    Written in the transaction of the change (`notices.outbox`); a worker tells it afterwards. Names
    nobody: who may see more looks into the setup.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # for receivers
    kind = models.CharField(max_length=20, choices=Kind.choices)
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="+")
    org = models.ForeignKey("orgs.Org", on_delete=models.CASCADE, null=True, related_name="+")
    setup_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)  # what its sentence is filled in with
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    at = models.DateTimeField(default=timezone.now)
    # Whose setup it is, by id; and who did it themselves, who need not be told.
    concerns = ArrayField(models.BigIntegerField(), default=list)
    actor_id = models.BigIntegerField(null=True)
    # Told once for the same, such as one link that is about to end; empty: told each time.
    once = models.CharField(max_length=160, null=True, unique=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["team", "-told_at"], name="notice_by_team"),
            models.Index(fields=["id"], condition=Q(told_at=None), name="notice_to_tell"),
        )
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M:%S}"


class Channel(models.Model):
    """A way out: a person's e-mail, or an address, theirs or a team's, to which a program listens."""

    class Type(models.TextChoices):
        MAIL = "mail", _("E-mail")
        WEBHOOK = "webhook", _("Webhook")
        SLACK = "slack", "Slack"
        MS_TEAMS = "ms_teams", "Microsoft Teams"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=10, choices=Type.choices)
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, null=True, related_name="channels")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="channels"
    )
    kinds = ArrayField(models.CharField(max_length=20), default=list)
    hour = models.PositiveSmallIntegerField(null=True)  # of the one mail a day; empty: each at once
    address = SecretField()  # of Slack and of Teams it lets anybody post, so it is kept as a secret
    host = models.CharField(max_length=255, blank=True)  # what is shown of it
    secret = SecretField()  # signs what goes to a webhook
    language = models.CharField(max_length=10, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    off_at = models.DateTimeField(null=True)  # the receiver said that nobody listens there any more
    busy_until = models.DateTimeField(null=True)  # one worker at a time, so that the order holds

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=False, team=None)
                | (~Q(type="mail") & Q(person=None, team__isnull=False)),
                name="of_a_person_or_of_a_team",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(type="mail"), name="one_mail_channel_per_person"
            ),
        )
        ordering = ("created_at",)

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.host}".strip()

    def lead_to(self, address: str) -> None:
        self.address = address
        self.host = urlsplit(address).netloc


class Delivery(models.Model):
    """One notice on one channel, however often it is tried; without a notice it is a test."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Arrived")
        GIVEN_UP = "given_up", _("Given up")
        DROPPED = "dropped", _("Not sent: not theirs to see any more")

    # For addresses: the number of a row could be guessed.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, null=True, related_name="deliveries")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempt = models.UUIDField(null=True)  # of the last try: another one each time, so none comes twice
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)  # of the receiver's answer
    answer = models.CharField(max_length=300, blank=True)
    error = models.CharField(max_length=20, blank=True)  # a code: see `notices.words`

    class Meta:
        indexes = (
            models.Index(fields=["channel", "due_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["channel", "-id"], name="delivery_by_channel"),
        )
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.notice_id or 'test'} to {self.channel_id}: {self.state}"


class Reader(models.Model):
    """What a person wishes to be told of, and up to when they have seen their bell."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="notices_read"
    )
    everything = models.BooleanField(default=False)  # of all setups of their teams, not of their own only
    bell = ArrayField(models.CharField(max_length=20), default=every_kind)
    seen_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id}, seen up to {self.seen_at}"
