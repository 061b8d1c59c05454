"""Read the whole audit trail and say what was deleted or altered."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from teams.audit.verify import Findings


def noted_head(text: str) -> tuple[int, str]:
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text)
    if not found:
        raise ArgumentTypeError("as the log and this command tell it: POSITION:DIGEST")
    return int(found[1]), found[2]


class Command(BaseCommand):
    help = "Find what was deleted or altered in the audit trail. Exit status 1 if anything was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            type=noted_head,
            metavar="POSITION:DIGEST",
            help="an end of the chain that was noted earlier ('audit head' in the log): nothing up to it "
            "may be missing now",
        )

    def handle(self, *args: object, **options: Any) -> None:
        findings, count = Findings(options["head"]), 0
        for finding in findings:
            self.stdout.write(finding)
            count += 1
        if count:
            raise CommandError(f"{count} findings: the audit trail is not as it was written.")
        self.stdout.write(
            f"The audit trail is as it was written. Its end: {findings.position}:{findings.digest}"
        )
