"""Find a canary (a token that the stand-in issued) wherever it may have flown, in plain or wrapped."""

from __future__ import annotations

import base64
import binascii
import re
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

#: Short enough to survive where a long token is cut, and never made by chance.
MARK = "CaNaRyBiRd"

_RUNS = re.compile(r"[A-Za-z0-9+/_=-]{16,}")
_DEPTH = 3  # a Celery message is base64 inside JSON; a session is base64 of zlib


def sightings(text: str, depth: int = _DEPTH) -> int:
    """How often the mark is in the text, also inside base64 and zlib."""
    found = text.count(MARK)
    if not depth:
        return found
    return found + sum(
        sightings(inner, depth - 1) for run in _RUNS.findall(text) for inner in _unwrapped(run)
    )


def _unwrapped(run: str) -> Iterator[str]:
    try:
        raw = base64.b64decode(run.replace("-", "+").replace("_", "/").rstrip("=") + "==")
    except (binascii.Error, ValueError):
        return
    yield raw.decode("latin-1")
    try:
        yield zlib.decompress(raw).decode("latin-1")
    except zlib.error:
        return


def database_texts() -> dict[str, str]:
    """Every column of every table of ours, as text, by `table.column`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' ORDER BY 1, 2"
        )
        columns = cursor.fetchall()
        found = {}
        for table, column in columns:
            one = f'"{table}"."{column}"'
            cursor.execute(f"SELECT string_agg({one}::text, E'\\n') FROM \"{table}\"")  # names of our own
            found[f"{table}.{column}"] = cursor.fetchone()[0] or ""
    return found


def redis_texts(redis: Any) -> dict[str, str]:
    """Everything that Redis holds now, by key."""
    readers = {
        "string": redis.get,
        "list": lambda key: redis.lrange(key, 0, -1),
        "set": redis.smembers,
        "hash": redis.hgetall,
        "zset": lambda key: redis.zrange(key, 0, -1),
        "stream": redis.xrange,
    }
    found = {}
    for key in redis.scan_iter():
        kind = redis.type(key).decode()
        value = None if kind == "none" else readers[kind](key)  # none: it ran out meanwhile
        found[key.decode("latin-1")] = _flat(value)
    return found


def _flat(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return "\n".join(_flat(part) for pair in value.items() for part in pair)
    if isinstance(value, (list, tuple, set)):
        return "\n".join(_flat(part) for part in value)
    return str(value)


@contextmanager
def overhearing(redis: Any) -> Iterator[list[str]]:
    """All commands that pass through Redis meanwhile: cache, queue, progress.

    Read as they come: redis-py's own `monitor()` can't read values that are no text.
    """
    heard: list[str] = []
    stop = f"end-of-listening-{time.monotonic_ns()}"
    pool = redis.connection_pool
    # No time limit: a quiet minute is no error.
    ear = pool.connection_class(**{**pool.connection_kwargs, "socket_timeout": None})
    ear.connect()
    ear.send_command("MONITOR")
    assert ear.read_response() == b"OK"

    def listen() -> None:
        while True:
            line = ear.read_response(disable_decoding=True).decode("latin-1")
            if stop in line:
                return
            heard.append(line)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield heard
    finally:
        redis.echo(stop)
        listener.join(60)
        ear.disconnect()
    assert not listener.is_alive(), "not everything was heard"
