"""The pieces in which tests are handed out: to the workers of `pytest -n`, and in random order.

A piece is a file, whose tests share what it makes. The browser's files are two pieces: those of each share
the whole app and a Chromium, and Playwright's event loop must have ended before Django's database is used
again. Two, so that no worker is left alone with them at the end.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from zlib import crc32

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

BROWSER = "tests/browser/"
# What takes longest begins first, so that no worker is left alone with it at the end.
LONGEST = (
    BROWSER,
    "tests/upgrade/",
    "tests/chaos/",
    "tests/config/tryout/",
    "tests/commands/test_make.py",
    "tests/scale/",
    "tests/benchmark/",
    "tests/config/",  # servers in trouble are waited for
    "tests/conformance/",
    "tests/wizard/jobs/test_kill_worker.py",
)


def piece_of(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return f"{BROWSER} {crc32(file.encode()) % 2}" if file.startswith(BROWSER) else file


def put_longest_first(items: list[pytest.Item]) -> None:
    size = Counter(piece_of(item.nodeid) for item in items)
    items.sort(key=lambda item: (_rank(item.nodeid), -size[piece_of(item.nodeid)], piece_of(item.nodeid)))


def _rank(nodeid: str) -> int:
    return next((rank for rank, name in enumerate(LONGEST) if nodeid.startswith(name)), len(LONGEST))


def shuffle(items: list[pytest.Item], seed: int) -> None:
    """The pieces in random order, and the files within them; the tests of a file stay as they are."""
    random = Random(seed)
    files = list(dict.fromkeys(item.path for item in items))
    places = {path: random.random() for path in files}
    pieces = {piece_of(item.nodeid): places[item.path] for item in items}
    items.sort(key=lambda item: (pieces[piece_of(item.nodeid)], places[item.path]))


class ByPiece(LoadScopeScheduling):
    """xdist's own way of handing out scopes, in the order in which they are collected."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return piece_of(nodeid)
