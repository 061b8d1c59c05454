"""The browser of these tests."""

from __future__ import annotations

import psutil

FLAG = "--disable-features="


def test_what_playwright_turns_off_is_turned_off_by_our_own_flag_too(browser):
    """`BY_PLAYWRIGHT` follows each new Playwright: Chromium hears only the later of the two."""
    commands = [process.cmdline() for process in psutil.Process().children(recursive=True)]
    flags = [[each for each in command if each.startswith(FLAG)] for command in commands]
    theirs, ours = next(found for found in flags if len(found) == 2)
    assert set(theirs.removeprefix(FLAG).split(",")) <= set(ours.removeprefix(FLAG).split(","))
