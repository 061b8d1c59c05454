"""How a command ends: the numbers that a pipeline goes by, and the words for whoever reads along."""

from __future__ import annotations

from enum import IntEnum

import click


class End(IntEnum):
    """Exit codes. They keep their meaning: docs/command-line.md tells them to everybody."""

    DONE = 0
    NOT_ALL_DONE = 1  # something was refused; what was done is told
    USAGE = 2  # click's own: the command is not written as it should be
    NOT_LET_IN = 3  # no key, one that is over, or one that may not do this
    NOT_FOUND = 4  # nothing of that name, or several
    NOT_AS_THINGS_STAND = 5  # such as a plan that has changed since
    NO_SERVER = 6  # no answer, or one that is not Connect Guide's
    OPEN = 10  # `--fail-on open`
    DRIFT = 11  # `--fail-on drift`
    NOT_KNOWN = 12  # `--fail-on drift`, and nobody has looked
    STOPPED = 130  # Ctrl-C


class Failure(click.ClickException):
    """What went wrong and what to do, in words for whoever typed the command."""

    def __init__(self, end: End, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.end = end
        self.code = code  # the server's, where it is the one that refused
