"""Tokens by which programs act: for a person, or for a team."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models.people import Team, User


class OpenTokens(models.QuerySet["ApiToken"]):
    def open(self) -> OpenTokens:
        """Those that still let a program in."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class ApiToken(models.Model):
    """A program that may do as its person may. The token itself is known to that program only.

    Of a team's token the person is an account for this program alone (`teams.membership.programs`).
    """

    class Scope(models.TextChoices):
        READ = "read", _("Read only")
        ACT = "act", _("Read and act")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    scope = models.CharField(_("what it may do"), max_length=10, choices=Scope.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = OpenTokens.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"

    @property
    def acts(self) -> bool:
        return self.scope == self.Scope.ACT
