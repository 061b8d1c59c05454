"""Pages in production: `gunicorn config.wsgi`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from config.postgresql import limit_answers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

limit_answers()
application = get_wsgi_application()
