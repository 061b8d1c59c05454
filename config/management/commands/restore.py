"""`manage.py restore FILE`: a backup into an empty database, and whether its secrets can be read."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config import backup


class Command(BaseCommand):
    help = "Fill an empty database from a backup, all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backup.restore(options["file"])
        except backup.Failed as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(f"Restored {options['file']}.")
        if backup.migrations_missing():
            self.stdout.write("It is of an older version: run migrate, then check_secrets.")
            return
        call_command("check_secrets", stdout=self.stdout, stderr=self.stderr)
