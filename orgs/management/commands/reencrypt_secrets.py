"""Encrypt every stored secret with the first of TOKEN_KEYS, so that an old key can be dropped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from orgs.tokens import reencrypt_all


class Command(BaseCommand):
    help = "Encrypt all tokens and client secrets with the first key of TOKEN_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            done, unreadable = reencrypt_all()
        self.stdout.write(f"Encrypted {done} secrets with the first key.")
        if unreadable:
            raise CommandError(
                f"{unreadable} secrets could not be opened with any of TOKEN_KEYS; they stay as they are."
            )
