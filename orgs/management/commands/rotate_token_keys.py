"""Encrypt every stored secret with the first of TOKEN_KEYS, so that an old key can be dropped."""

from __future__ import annotations

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from orgs import audit
from orgs.connections import tokens
from teams import mfa


class Command(BaseCommand):
    help = "Encrypt all tokens, client secrets and second factors with the first key of TOKEN_KEYS."

    def handle(self, *args: object, **options: object) -> None:
        with transaction.atomic():
            done, unreadable = tokens.reencrypt_all()
        self.stdout.write(f"Encrypted {done} tokens and client secrets with the first key.")
        try:
            with transaction.atomic():
                factors_done = mfa.reencrypt_all()
        except InvalidToken:
            raise CommandError(
                "A second factor could not be opened with any of TOKEN_KEYS; all stay as they are."
            ) from None
        self.stdout.write(f"Encrypted {factors_done} second factors with the first key.")
        audit.keys_rotated(done, factors_done, unreadable)
        if unreadable:
            raise CommandError(
                f"{unreadable} secrets could not be opened with any of TOKEN_KEYS; they stay as they are."
            )
