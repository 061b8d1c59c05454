from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from teams.demo import PEOPLE, make_demo_people


class Command(BaseCommand):
    help = "Make the demo team and its people (in a try-out only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--migrate", action="store_true", help="make their tables first")

    def handle(self, *args: object, migrate: bool, **options: object) -> None:
        if not settings.TRYOUT:
            raise CommandError("Demo people exist in a try-out only: this installation has DEBUG off.")
        if migrate:  # in this process: starting another one takes longer than the demo people do
            call_command("migrate", interactive=False)
        team = make_demo_people()
        self.stdout.write(f"{team}: {', '.join(person.name for person in PEOPLE)}")
