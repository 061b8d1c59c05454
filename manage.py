#!/usr/bin/env python
"""Django's command line. Beside a running `make run` it uses that one's private servers."""

from __future__ import annotations

import os
import sys

from config.private import adopt_running_tryout


def main() -> None:
    adopt_running_tryout(os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
