"""The settings of the running try-out, with pages and static files served as in production.

Its keys, database and demo people are the try-out's: only a try-out lets somebody in by a click.
"""

from __future__ import annotations

import os
from pathlib import Path

from config.settings import *  # noqa: F403 - settings are made this way

STATIC_ROOT = Path(os.environ["FIRST_VISIT_STATIC_ROOT"])
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 60
