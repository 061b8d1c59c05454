"""Pages and live stream in one process: enough for the try-out and small installations."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Django must be set up before the stream's module is imported.
pages = get_asgi_application()

application = pages
