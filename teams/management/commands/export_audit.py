"""The whole audit trail, or one team's, on standard output: for the operator's own archive."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from teams.audit import files
from teams.audit.listing import Filters
from teams.audit.record import record
from teams.models import Team


class Command(BaseCommand):
    help = "Write the audit trail to standard output, as CSV or JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=list(files.FORMATS))
        parser.add_argument("--team", type=uuid.UUID, help="the team's id, as in the address of its page")

    def handle(self, *args: object, **options: Any) -> None:
        team, ending = options["team"], options["format"]
        if team and not Team.objects.filter(pk=team).exists():
            raise CommandError(f"There is no team {team}.")
        record("teams.audit_exported", team=team, data={"format": ending, "filters": {}, "via": "command"})
        for line in files.lines(ending, team, Filters()):
            self.stdout.write(line, ending="")
