"""End what nobody needs any more; beat does it each night."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config import housekeeping


class Command(BaseCommand):
    help = "Delete expired sessions, and links, notices and jobs that are older than KEEP_DAYS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *args: object, **options: Any) -> None:
        for each in housekeeping.leftovers():
            count = each.rows.count() if options["dry_run"] else each.clear()
            self.stdout.write(f"{count:8,}  {each.name}")
