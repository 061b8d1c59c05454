"""What was answered to a program that may ask once more."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from orgs.fields import SecretField
from teams.models import ApiToken


class KeptAnswer(models.Model):
    """The answer to an act, by the key that the program gave it. Encrypted: it may hold a client's link."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)  # of what was asked with the key
    status = models.PositiveSmallIntegerField(default=0)
    body = SecretField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key"),)

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
