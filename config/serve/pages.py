"""The pages, in threads of their own: `python -m config.serve web`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from config.postgresql import limit_answers
from config.serve.buffered import Buffered

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

limit_answers()
application = Buffered(get_wsgi_application())
