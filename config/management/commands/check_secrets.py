"""`manage.py check_secrets`: can every stored secret be opened with today's TOKEN_KEYS?"""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from orgs.connections import tokens
from teams import mfa


class Command(BaseCommand):
    help = "Count the stored tokens, client secrets and second factors that TOKEN_KEYS open. Shows none."

    def handle(self, *args: object, **options: object) -> None:
        opened, closed = (sum(each) for each in zip(tokens.readable(), mfa.readable(), strict=True))
        self.stdout.write(f"TOKEN_KEYS open {opened} of {opened + closed} stored secrets.")
        if closed:
            raise CommandError(
                "The others were encrypted with a key that is missing. Add it to TOKEN_KEYS, at the end."
            )
