"""`manage.py backup FILE`: the whole database in one file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import backup


class Command(BaseCommand):
    help = "Write the whole database into a new file, which only its owner may read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            size = backup.backup(options["file"])
        except backup.Failed as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(f"Wrote {options['file']} ({size / 1000:,.0f} kB). Without TOKEN_KEYS its tokens")
        self.stdout.write("can't be read: keep the keys too, and in another place than the backups.")
