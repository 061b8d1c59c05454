"""`manage.py openapi`: the description of the API, as docs/openapi.json has it."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from api.app import api


class Command(BaseCommand):
    help = "Write the description of the API (OpenAPI 3.1) to the standard output."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(api.get_openapi_schema(), indent=1, sort_keys=True))
