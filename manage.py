#!/usr/bin/env python
"""Django's command line. Beside a running `make run` it uses that one's private servers."""

from __future__ import annotations

import os
import sys

from config.logs import process
from config.tryout.running import adopt_running_tryout


def main() -> None:
    process.begin()
    adopt_running_tryout(os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))  # the sentence is for a person; the way there is not


if __name__ == "__main__":
    main()
