"""Read every connected org with an open setup again, a bounded number at a time."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wizard.jobs import bulk_check


class Command(BaseCommand):
    help = "Queue a check of every open setup whose org is connected. The workers do the checking."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--older-than", type=int, default=60, metavar="MINUTES", help="leave out what was read since"
        )
        parser.add_argument(
            "--at-most",
            type=int,
            default=bulk_check.AT_MOST,
            metavar="JOBS",
            help="waiting or running at once",
        )

    def handle(self, *args: object, **options: Any) -> None:
        if options["at_most"] < 1 or options["older_than"] < 0:
            raise CommandError("--at-most is at least 1, --older-than at least 0.")
        before = timezone.now() - timedelta(minutes=options["older_than"])
        count = bulk_check.check_all(before, at_most=options["at_most"])
        self.stdout.write(f"Queued {count} checks.")
