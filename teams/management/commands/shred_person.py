"""Forget a person: for the operator, when somebody asks for their data to be erased."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from teams import erasure
from teams.membership import members
from teams.models import User


class Command(BaseCommand):
    help = "Erase what names a person: account, entries, history. Nothing brings it back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "person",
            help="the e-mail address, or the person's number (the audit trail's files tell it: guests too)",
        )
        parser.add_argument("--yes", action="store_true", help="do it; without it, only say who it would be")

    def handle(self, *args: object, **options: Any) -> None:
        user = self._find(options["person"].strip())
        if not options["yes"]:
            self.stdout.write(f"This would erase {user.full_name} (person {user.pk}). Add --yes to do it.")
            return
        try:
            count = erasure.shred(user)
        except members.LastOwner:
            raise CommandError(
                "This is the last owner of a team. Make somebody else an owner first."
            ) from None
        self.stdout.write(
            f"Person {user.pk} is erased: {count} entries of the audit trail name nobody any more."
        )

    def _find(self, given: str) -> User:
        number = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None
        user = User.objects.filter(Q(email__iexact=given) | Q(pk=number)).first()
        if user is None:
            raise CommandError(f"There is no person {given}.")
        return user
