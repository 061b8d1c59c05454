"""See from which address an org sees us come, and whether it is one for web and worker."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from kombu.exceptions import OperationalError

from orgs.connections import egress
from orgs.models import Connection
from orgs.salesforce.errors import SalesforceError
from orgs.tasks import renew_sign_in

UNTOLD = "The org's login history shows no row of it within a minute, so it can't be told."


class Command(BaseCommand):
    help = "Renew a connected org's sign-in from here and from a worker, and print which address the org saw."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("org", help="the id of a connected org, 15 or 18 characters")
        parser.add_argument("--seconds", type=float, default=egress.PATIENCE, help="to wait for each row")

    def handle(self, *args: object, **options: Any) -> None:
        connection = _connection(options["org"])
        try:
            here = egress.seen_after(
                connection.org, lambda: egress.renew(connection.pk), patience=options["seconds"]
            )
            self._say("here", here)
            worker = egress.seen_after(
                connection.org, lambda: renew_sign_in.delay(connection.pk), patience=options["seconds"]
            )
            self._say("a worker", worker)
        except SalesforceError as error:
            raise CommandError(f"The org can't be read: {error}") from error
        except OperationalError as error:
            raise CommandError("No worker can be asked: the broker is away.") from error
        if here != worker:
            raise CommandError(
                "They differ. Give web and worker one outgoing address: Salesforce may freeze the user "
                "and end the grant when calls come from changing places."
            )
        self.stdout.write("It is one address. Tell it to the org's admins, and let them allow no other.")

    def _say(self, who: str, addresses: frozenset[str]) -> None:
        if not addresses:
            raise CommandError(f"From {who}: {UNTOLD}")
        self.stdout.write(f"The org saw {who}: {', '.join(sorted(addresses))}")


def _connection(org_id: str) -> Connection:
    if len(org_id) not in (15, 18):
        raise CommandError("An org's id has 15 or 18 characters.")
    rows = Connection.objects.filter(state=Connection.State.CONNECTED).select_related("org")
    found = rows.filter(org__org_id__startswith=org_id[:15]).first()
    if found is None:
        raise CommandError(f"The org {org_id} is not connected here.")
    return found
