"""A worker outlives its broker: what happens to a channel whose connection has gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from kombu import Connection, Queue
from kombu.common import ignore_errors
from kombu.transport.redis import Transport

from config import broker
from config.celery import app
from config.tryout.checks import free_port
from config.tryout.children import Child, Supervisor
from config.tryout.servers import valkey_arguments

QUEUE = "work"


class Scene(NamedTuple):
    broker: Any
    worker: Connection
    message: Any


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A broker of its own, and a worker that has received a message and not yet acknowledged it."""
    port = free_port()
    with Supervisor(tmp_path) as servers:
        valkey = Child("valkey", valkey_arguments(tmp_path, port), {}, says="Ready to accept connections")
        running = servers.start(valkey)
        servers.wait_until_ready(seconds=20)
        worker = Connection(f"redis://127.0.0.1:{port}/0")
        worker.SimpleQueue(QUEUE).put({"id": 1})
        message = Queue(QUEUE)(worker.default_channel).get()
        assert message is not None
        yield Scene(running.process, worker, message)


def lose_broker(scene: Scene) -> None:
    """Kill it, and do what Celery does then (celery 5.7, Consumer.on_connection_error_after_connected)."""
    scene.broker.kill()
    scene.broker.wait()
    with suppress(Exception):
        scene.worker.collect(socket_timeout=5)
    ignore_errors(scene.worker, scene.worker.close)


def test_the_apps_workers_use_the_channel() -> None:
    assert app.main == "connect_guide"
    assert Transport.Channel is broker.Channel


def test_losing_the_broker_under_a_running_task_does_not_end_the_worker(scene: Scene) -> None:
    lose_broker(scene)
    assert scene.message.channel.closed


@pytest.mark.parametrize("act", ["ack", "reject"])
def test_a_task_that_ends_after_the_broker_was_lost_does_not_end_the_worker(scene: Scene, act: str) -> None:
    lose_broker(scene)
    getattr(scene.message, act)()


def test_an_acknowledged_message_is_gone(scene: Scene) -> None:
    unacknowledged = scene.message.channel.client.hlen("unacked")
    scene.message.ack()
    assert (unacknowledged, scene.message.channel.client.hlen("unacked")) == (1, 0)
