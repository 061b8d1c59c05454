"""The live stream: a bare ASGI app beside Django.

`wizard.live.publish` says "look again" over Redis; `stream`
sends the whole live fragment as server-sent events. Measured with 500 viewers (see the
design): a Django view would hold a thread and a database connection for each of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

import redis
import redis.asyncio
from django.conf import settings
from django.core import signing
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.http import parse_cookie
from django.utils import timezone, translation

from teams.sessions import key_of
from wizard.live import access, fragment, rows
from wizard.live.access import StreamTicket, Topic
from wizard.live.publish import CHANNEL
from wizard.live.ticket import read_ticket
from wizard.models import Setup

logger = logging.getLogger(__name__)

KEEP_ALIVE_SECONDS = 15
QUIET_SECONDS = 10.0  # so long may the broker say nothing before it is asked whether it is there
MOST_SEATS = 300  # of one person in one process: far more than anybody has tabs
RECHECK_SECONDS = 3  # after so long a viewer who lost their access gets nothing more

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def event(name: str, data: str) -> bytes:
    """One server-sent event; every line of `data` gets its own field, as the format asks."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {name}\n{lines}\n".encode()


class Subscriber:
    """One viewer, of a stage or of the rows of a list: woken by its queue, and `cut` when they may not
    look any more."""

    def __init__(self, passes: Collection[StreamTicket]) -> None:
        self.passes = {each.topic: each for each in passes}
        self.user_id = next(iter(passes)).user_id
        self.cut = False
        self.due = {topic for topic in self.passes if not topic.list_name}  # the page has its rows already
        self.queue: asyncio.Queue[None] = asyncio.Queue(maxsize=1)

    def wake(self, *topics: Topic) -> None:
        self.due.update(topics)
        with contextlib.suppress(asyncio.QueueFull):  # already told: bursts are coalesced
            self.queue.put_nowait(None)

    def take_due(self) -> list[Topic]:
        due, self.due = self.due & self.passes.keys(), set()
        return sorted(due, key=repr)  # None, of a member, is in no order


class Hub:
    """One Redis subscription for the process, fanned out to the viewers' queues.

    Each topic is rendered once per change and process, however many people look.
    """

    def __init__(self) -> None:
        self._viewers: dict[Topic, set[Subscriber]] = {}
        self._rendered: dict[Topic, tuple[int, str, bool]] = {}
        self._generation: dict[Topic, int] = {}
        self._locks: dict[Topic, asyncio.Lock] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._ended = False
        # One thread: rendering is short, and one thread means one database connection.
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="render")

    def join(self, passes: Collection[StreamTicket]) -> Subscriber:
        if not self._tasks or any(task.done() for task in self._tasks):
            loop = asyncio.get_running_loop()
            for task in self._tasks:
                task.cancel()
            for_all = contextvars.Context()  # what these say is not about the viewer who came first
            self._tasks = [
                loop.create_task(work, context=for_all) for work in (self._listen(), self._look_again())
            ]
        seat = Subscriber(passes)
        seat.cut = self._ended
        for topic in seat.passes:
            self._viewers.setdefault(topic, set()).add(seat)
        return seat

    def is_full(self, user_id: str) -> bool:
        """One person must not use up the memory and the sockets that are there for all."""
        return sum(seat.user_id == user_id for seat in self._seats()) >= MOST_SEATS

    def viewers(self) -> int:
        return len(self._seats())

    def _seats(self) -> set[Subscriber]:
        return {seat for seats in self._viewers.values() for seat in seats}

    def leave(self, seat: Subscriber) -> None:
        for topic in list(seat.passes):
            self._leave_topic(seat, topic)

    def _leave_topic(self, seat: Subscriber, topic: Topic) -> None:
        seat.passes.pop(topic, None)
        seats = self._viewers.get(topic, set())
        seats.discard(seat)
        if not seats:
            self._viewers.pop(topic, None)
            self._rendered.pop(topic, None)
            self._generation.pop(topic, None)
            self._locks.pop(topic, None)

    def end(self) -> None:
        """Let go of everybody, as this process is asked to stop: their browsers come again by themselves.

        Who was still at the door then gets no seat that would have to be waited for.
        """
        self._ended = True
        for seat in self._seats():
            seat.cut = True
            seat.wake()

    async def outdated(self, seat: Subscriber) -> set[Topic]:
        """The rows that changed between the making of the page and now."""
        passes = [each for topic, each in seat.passes.items() if topic.list_name]
        if not passes:
            return set()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, _outdated, passes)

    async def allowed(self, passes: set[StreamTicket]) -> set[StreamTicket]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, _still_allowed, passes)

    async def _look_again(self) -> None:
        """Cut off who was removed, lost their role, was revoked or signed out, within seconds."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            passes = {each for seat in self._seats() for each in seat.passes.values()}
            if not passes:
                continue
            try:
                allowed = await self.allowed(passes)
            except (DatabaseError, InterfaceError):  # the second is no kind of the first
                logger.warning("database away, nobody's access could be looked at again")
                continue
            # Who came in meanwhile was asked at the door, and not with these.
            refused = passes - allowed
            for seat in self._seats():
                self._take_away(seat, refused)

    def _take_away(self, seat: Subscriber, refused: set[StreamTicket]) -> None:
        for topic, each in list(seat.passes.items()):
            if each in refused:
                self._leave_topic(seat, topic)
        if not seat.passes:
            seat.cut = True
            seat.wake()

    async def _listen(self) -> None:
        """Read "look again" for as long as the process lives, through restarts of the broker."""
        while True:
            try:
                limits: Any = {**settings.REDIS_LIMITS, **settings.REDIS_TLS}
                client = redis.asyncio.Redis.from_url(settings.REDIS_URL, **limits)
                async with client, client.pubsub() as subscription:
                    await subscription.subscribe(CHANNEL)
                    while True:
                        _end_if_cancelled()
                        self._take_message(await _next_message(subscription))
            except (redis.RedisError, OSError):
                logger.warning("broker away, the stream tries again")
                await asyncio.sleep(1)

    def _take_message(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "message":
            self._wake(message["data"].decode())
        elif message["type"] == "subscribe":  # for the first time or again: what did we miss?
            self._wake_all()

    def _wake(self, setup_id: str) -> None:
        for topic in [topic for topic in self._viewers if topic[0] == setup_id]:
            self._wake_topic(topic)

    def _wake_all(self) -> None:
        for topic in list(self._viewers):
            self._wake_topic(topic)

    def _wake_topic(self, topic: Topic) -> None:
        self._generation[topic] = self._generation.get(topic, 0) + 1
        for seat in self._viewers.get(topic, ()):
            seat.wake(topic)

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


def _end_if_cancelled() -> None:
    """Python 3.11's `asyncio.wait_for`, by which redis-py writes, may swallow the end of a task."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def _next_message(subscription: redis.asyncio.client.PubSub) -> Mapping[str, object]:
    """The next message; a broker that says nothing is asked whether it is there.

    A subscription waits without end by itself, so that one to a broker that vanished would never know.
    """
    for seconds in (QUIET_SECONDS, settings.REDIS_LIMITS["socket_timeout"]):
        message: Mapping[str, Any] | None = await subscription.get_message(timeout=seconds)
        if message:
            return message
        await subscription.ping()
    raise redis.TimeoutError("the broker does not answer")


def rendered(topic: Topic) -> tuple[str, bool]:
    """The fragment and whether it is the last one, in the language and the time zone of its viewers."""
    language = topic.language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(topic.zone or None):
        if topic.list_name:
            return rows.render(topic.list_name, topic.setup_id), False
        return fragment.render(topic.setup_id, topic.stage, topic.guest)


def _render(topic: Topic) -> tuple[str, bool]:
    try:
        with _own_connection():
            return rendered(topic)
    except Setup.DoesNotExist:
        return "", True  # deleted while somebody looked: there is nothing more to tell


def _still_allowed(passes: Collection[StreamTicket]) -> set[StreamTicket]:
    with _own_connection():
        return access.still_allowed(passes)


def _outdated(passes: Collection[StreamTicket]) -> set[Topic]:
    with _own_connection():
        return access.outdated(passes)


@contextlib.contextmanager
def _own_connection() -> Iterator[None]:
    """Of the thread that renders; it is not kept, as nobody may look for hours."""
    close_old_connections()
    try:
        yield
    finally:
        connection.close()


hub = Hub()


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """`GET /events/?k=<ticket>`: the live fragment now and after each change, or a list's rows that change.

    A bad ticket, or one whose owner may not look any more or has too many streams, gets 204. An
    expired one is told `done`: htmx would ask again after a 204, and the page's slow poll goes on.
    """
    if scope["type"] != "http":
        return
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    try:
        passes = read_ticket(query.get("k", [""])[0])
    except signing.SignatureExpired:
        await _start(send, 200)
        await send({"type": "http.response.body", "body": event("done", "")})
        return
    asked = scope["method"] == "GET" and bool(passes) and _is_theirs(passes[0], scope)
    allowed = await hub.allowed({*passes}) if asked else set()
    if not allowed or hub.is_full(passes[0].user_id):
        await _start(send, 204)
        await send({"type": "http.response.body", "body": b""})
        return
    seat = hub.join(allowed)  # at once: nobody else comes between the question and the seat
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await _start(send, 200)
        await send({"type": "http.response.body", "body": b": connected\n\n", "more_body": True})
        seat.wake(*await hub.outdated(seat))
        await _feed(seat, gone, send)
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": b""})
    finally:
        hub.leave(seat)
        gone.cancel()


def _is_theirs(of: StreamTicket, scope: Scope) -> bool:
    """Whether it comes from the browser that it was given to: one that was found somewhere opens nothing."""
    sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    secret = parse_cookie(sent).get(settings.SESSION_COOKIE_NAME, "")
    return not of.session_key or of.session_key == key_of(secret)


async def _start(send: Send, status: int) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _feed(seat: Subscriber, gone: asyncio.Future[None], send: Send) -> None:
    sent: dict[Topic, str] = {}
    while not gone.done() and not seat.cut:
        for topic in seat.take_due():
            html, last = await hub.fragment(topic)
            if html and html != sent.get(topic) and topic in seat.passes:
                name = "row" if topic.list_name else "state"
                await send({"type": "http.response.body", "body": event(name, html), "more_body": True})
                sent[topic] = html
            if last and not topic.list_name:
                body = event("done", json.dumps({"last": True}))
                await send({"type": "http.response.body", "body": body, "more_body": True})
                return
        woken = asyncio.ensure_future(seat.queue.get())
        await asyncio.wait({woken, gone}, timeout=KEEP_ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not woken.done():
            woken.cancel()
            if not gone.done():
                await send({"type": "http.response.body", "body": b": still here\n\n", "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
