"""A setup changed -> its viewers. Nothing else knows the transport.

`changed()` says "look again" over Redis; `stream` is a bare ASGI app beside Django that
sends the whole live fragment as server-sent events. Measured with 500 viewers (see the
design): a Django view would hold a thread and a database connection for each of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any
from urllib.parse import parse_qs

import redis
import redis.asyncio
from django.conf import settings
from django.core import signing
from django.db import close_old_connections, connection, transaction
from django.db.models import F

from wizard import live
from wizard.models import Setup

logger = logging.getLogger(__name__)

CHANNEL = "connect-guide:changed"
TICKET_SALT = "wizard.progress.ticket"
TICKET_SECONDS = 3600
KEEP_ALIVE_SECONDS = 15
Topic = tuple[str, str]  # setup id, stage key

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@cache
def _publisher() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def changed(setup_id: uuid.UUID) -> None:
    """Count the change and, once it is committed, tell whoever is looking at the setup."""
    Setup.objects.filter(pk=setup_id).update(version=F("version") + 1)
    transaction.on_commit(partial(_publish, str(setup_id)))


def _publish(setup_id: str) -> None:
    try:
        _publisher().publish(CHANNEL, setup_id)
    except redis.RedisError:
        # The page's slow poll catches up: late, but nothing is lost.
        logger.warning("broker away, viewers of %s were not told", setup_id)


def ticket(user_id: Any, setup_id: uuid.UUID, stage: str) -> str:
    """A signed, short-lived pass to the live fragment of one stage, given out by an ordinary view."""
    return signing.dumps([str(user_id), str(setup_id), stage], salt=TICKET_SALT)


def read_ticket(value: str) -> Topic | None:
    """What the ticket is for, or None. Raises `signing.SignatureExpired` for an old one."""
    try:
        _user, setup_id, stage = signing.loads(value, salt=TICKET_SALT, max_age=TICKET_SECONDS)
    except signing.SignatureExpired:
        raise
    except signing.BadSignature:
        return None
    return str(setup_id), str(stage)


def event(name: str, data: str) -> bytes:
    """One server-sent event; every line of `data` gets its own field, as the format asks."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {name}\n{lines}\n".encode()


class Hub:
    """One Redis subscription for the process, fanned out to the viewers' queues.

    Each topic is rendered once per change and process, however many people look.
    """

    def __init__(self) -> None:
        self._viewers: dict[Topic, set[asyncio.Queue[None]]] = {}
        self._rendered: dict[Topic, tuple[int, str, bool]] = {}
        self._generation: dict[Topic, int] = {}
        self._locks: dict[Topic, asyncio.Lock] = {}
        self._task: asyncio.Task[None] | None = None
        # One thread: rendering is short, and one thread means one database connection.
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="render")

    def join(self, topic: Topic) -> asyncio.Queue[None]:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())
        queue: asyncio.Queue[None] = asyncio.Queue(maxsize=1)
        self._viewers.setdefault(topic, set()).add(queue)
        return queue

    def leave(self, topic: Topic, queue: asyncio.Queue[None]) -> None:
        viewers = self._viewers.get(topic, set())
        viewers.discard(queue)
        if not viewers:
            self._viewers.pop(topic, None)
            self._rendered.pop(topic, None)
            self._generation.pop(topic, None)
            self._locks.pop(topic, None)

    async def _listen(self) -> None:
        """Read "look again" for as long as the process lives, through restarts of the broker."""
        while True:
            try:
                client = redis.asyncio.Redis.from_url(settings.REDIS_URL)
                async with client, client.pubsub() as subscription:
                    await subscription.subscribe(CHANNEL)
                    async for message in subscription.listen():
                        if message["type"] == "message":
                            self._wake(message["data"].decode())
                        else:  # subscribed, for the first time or again: what did we miss?
                            self._wake_all()
            except (redis.RedisError, OSError):
                logger.warning("broker away, the stream tries again")
                await asyncio.sleep(1)

    def _wake(self, setup_id: str) -> None:
        for topic in [topic for topic in self._viewers if topic[0] == setup_id]:
            self._wake_topic(topic)

    def _wake_all(self) -> None:
        for topic in list(self._viewers):
            self._wake_topic(topic)

    def _wake_topic(self, topic: Topic) -> None:
        self._generation[topic] = self._generation.get(topic, 0) + 1
        for queue in self._viewers.get(topic, ()):
            with contextlib.suppress(asyncio.QueueFull):  # already told: bursts are coalesced
                queue.put_nowait(None)

    async def fragment(self, topic: Topic) -> tuple[str, bool]:
        """The live fragment and whether it is the last one."""
        lock = self._locks.setdefault(topic, asyncio.Lock())
        async with lock:
            wanted = self._generation.get(topic, 0)
            cached = self._rendered.get(topic)
            if cached is None or cached[0] < wanted:
                loop = asyncio.get_running_loop()
                html, last = await loop.run_in_executor(self._pool, _render, topic)
                cached = (wanted, html, last)
                self._rendered[topic] = cached
            return cached[1], cached[2]


def _render(topic: Topic) -> tuple[str, bool]:
    close_old_connections()
    try:
        return live.render(*topic)
    except Setup.DoesNotExist:
        return "", True  # deleted while somebody looked: there is nothing more to tell
    finally:
        connection.close()


hub = Hub()


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """`GET /events/?k=<ticket>`: the live fragment now and after each change.

    A bad ticket gets 204. An expired one is told `done`: htmx would ask again after a 204,
    and the page's slow poll goes on anyway.
    """
    if scope["type"] != "http":
        return
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    try:
        topic = read_ticket(query.get("k", [""])[0])
    except signing.SignatureExpired:
        await _start(send, 200)
        await send({"type": "http.response.body", "body": event("done", "")})
        return
    if topic is None or scope["method"] != "GET":
        await _start(send, 204)
        await send({"type": "http.response.body", "body": b""})
        return
    await _start(send, 200)
    gone = asyncio.ensure_future(_gone(receive))
    queue = hub.join(topic)
    try:
        await send({"type": "http.response.body", "body": b": connected\n\n", "more_body": True})
        await _feed(topic, queue, gone, send)
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": b""})
    finally:
        hub.leave(topic, queue)
        gone.cancel()


async def _start(send: Send, status: int) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _feed(topic: Topic, queue: asyncio.Queue[None], gone: asyncio.Future[None], send: Send) -> None:
    sent = ""
    while not gone.done():
        html, last = await hub.fragment(topic)
        if html != sent:
            await send({"type": "http.response.body", "body": event("state", html), "more_body": True})
            sent = html
        if last:
            body = event("done", json.dumps({"last": True}))
            await send({"type": "http.response.body", "body": body, "more_body": True})
            return
        woken = asyncio.ensure_future(queue.get())
        await asyncio.wait({woken, gone}, timeout=KEEP_ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not woken.done():
            woken.cancel()
            if not gone.done():
                await send({"type": "http.response.body", "body": b": still here\n\n", "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
