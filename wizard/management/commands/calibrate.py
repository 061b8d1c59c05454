"""Compare what the guide assumes of a Salesforce org with what a connected org says. Reads only."""

from __future__ import annotations

import shlex
import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from orgs.connections.client import client_for
from orgs.models import Org
from orgs.salesforce.errors import SalesforceError
from wizard.support.connection_test.assumptions import NEEDS_A_WRITE, BadSetting, Point, compare, keep


class Command(BaseCommand):
    help = (
        "Print for each unconfirmed assumption what was assumed, what the org says and what to set. "
        "Writes nothing to Salesforce. --set keeps a value for this org here; an empty one is forgotten."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("org", help="its name here, its Salesforce id or its id here")
        parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="wanted")

    def handle(self, *args: object, **options: Any) -> None:
        org = _find(options["org"])
        if options["wanted"]:
            self._keep(org, options["wanted"])
            return
        try:
            with client_for(org) as client:
                points = compare(client, org)
        except SalesforceError as error:
            raise CommandError(f"{org.name} can't be read: {error}") from error
        self.stdout.write(f"{org.name} ({org.kind_label}, {org.org_id}, API {org.api_version})\n")
        for point in points:
            self._show(org, point)
        self.stdout.write("\nNot looked at, because only a write or a click can tell:")
        for line in NEEDS_A_WRITE:
            self.stdout.write(f"  {line.plain()}")

    def _show(self, org: Org, point: Point) -> None:
        self.stdout.write(f"\n{point.question.plain()}")
        self.stdout.write(f"  assumed:       {point.assumed.plain()}")
        self.stdout.write(f"  the org says:  {point.quotes or point.said.plain()}")
        self.stdout.write(f"  so:            {point.verdict}")
        if point.setting:
            command = f"manage.py calibrate {shlex.quote(str(org.pk))} --set {shlex.quote(point.setting)}"
            self.stdout.write(
                f"  change:        {command}" + (f"  ({point.when.plain()})" if point.when else "")
            )
        if point.note:
            self.stdout.write(f"  note:          {point.note.plain()}")

    def _keep(self, org: Org, wanted: list[str]) -> None:
        try:
            values = keep(org, wanted, by=None)
        except BadSetting as problem:
            raise CommandError(str(problem)) from problem
        for name, value in values.items():
            self.stdout.write(f"{org.name}: {name}={value}")
        self.stdout.write("It counts from the next check of the org on.")


def _find(text: str) -> Org:
    named = Q(name__iexact=text) | Q(org_id=text)
    try:
        named |= Q(pk=uuid.UUID(text))
    except ValueError:
        named |= Q(org_id__startswith=text) if len(text) == 15 else Q()
    found = list(Org.objects.filter(named)[:20])
    if not found:
        raise CommandError(f"No org here is called {text}.")
    if len(found) > 1:
        ids = "\n".join(f"  {org.pk}  {org.name}, team {org.team.name}" for org in found)
        raise CommandError(f"Several orgs are called {text}. Give one of these ids:\n{ids}")
    return found[0]
