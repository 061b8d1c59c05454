from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from teams.demo import PEOPLE, make_demo_people


class Command(BaseCommand):
    help = "Make the demo team and its people (in a try-out only)."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.TRYOUT:
            raise CommandError("Demo people exist in a try-out only: this installation has DEBUG off.")
        team = make_demo_people()
        self.stdout.write(f"{team}: {', '.join(person.name for person in PEOPLE)}")
