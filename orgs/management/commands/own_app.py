"""Let one org be called through an app of its own, or through ours again."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orgs.fields import Secret
from orgs.models import Org


class Command(BaseCommand):
    help = "Set the External Client App through which an org is connected, in every team that has it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("org", help="the org's id, 15 or 18 characters")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "--client-id", help="its consumer key; the secret is asked for, or read from stdin"
        )
        which.add_argument("--ours", action="store_true", help="SALESFORCE_CLIENT_ID again")

    def handle(self, *args: object, **options: Any) -> None:
        if len(options["org"]) not in (15, 18):
            raise CommandError("An org's id has 15 or 18 characters.")
        orgs = Org.objects.filter(org_id__startswith=options["org"][:15])
        if not orgs.exists():
            raise CommandError(f"There is no org {options['org']} here.")
        client_id = "" if options["ours"] else options["client_id"].strip()
        secret = "" if options["ours"] else _secret()
        if not options["ours"] and not (client_id and secret):
            raise CommandError("An app has a consumer key and a consumer secret.")
        changed = orgs.update(client_id=client_id, client_secret=Secret(secret))
        self.stdout.write(f"Set for {changed} org(s). Now somebody signs in to the org again.")


def _secret() -> str:
    """Never an argument: everybody can read a process's arguments."""
    typed = getpass.getpass("Consumer secret: ") if sys.stdin.isatty() else sys.stdin.readline()
    return typed.strip()
