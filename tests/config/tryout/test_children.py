from __future__ import annotations

import os
import signal
import sys

import psutil
import pytest

from config.tryout import children
from config.tryout.checks import Refused
from config.tryout.children import Child, Supervisor, error_in, in_words
from tests.waiting import PATIENCE, eventually

SLEEP = "import time; print('here', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP


def child(program: str, name: str = "child", says: str = "here") -> Child:
    return Child(name, [sys.executable, "-c", program], dict(os.environ), says=says)


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_it_waits_until_a_child_says_that_it_is_ready(tmp_path):
    with Supervisor(tmp_path) as supervisor:
        running = supervisor.start(child("import time; time.sleep(.3); " + SLEEP))
        assert not running.ready
        supervisor.wait_until_ready(seconds=PATIENCE)
        assert running.ready


def test_it_waits_until_a_child_answers_over_http(tmp_path, free_port):
    port = free_port()
    server = Child(
        "web",
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)],
        dict(os.environ),
        answers=f"http://127.0.0.1:{port}/",
    )
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(server)
        supervisor.wait_until_ready(seconds=PATIENCE)


def test_a_child_that_fails_at_the_start_is_quoted(tmp_path):
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(child("raise SystemExit('the reason')", name="web"))
        with pytest.raises(Refused, match=r"web ended with code 1:\n.*the reason"):
            supervisor.wait_until_ready(seconds=PATIENCE)


def test_a_child_that_never_gets_ready_is_named(tmp_path):
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(child(SLEEP, name="worker", says="never said"))
        with pytest.raises(Refused, match="Not ready after 0 s: worker"):
            supervisor.wait_until_ready(seconds=0.3)


def test_leaving_stops_every_child(tmp_path):
    with Supervisor(tmp_path) as supervisor:
        running = [supervisor.start(child(SLEEP, name=name)) for name in ("one", "two")]
        supervisor.wait_until_ready(seconds=PATIENCE)
    assert all(each.process.poll() == -signal.SIGTERM for each in running)


def test_a_child_that_will_not_stop_is_made_to(tmp_path, monkeypatch):
    monkeypatch.setattr(children, "GRACE_SECONDS", 0.5)
    with Supervisor(tmp_path) as supervisor:
        running = supervisor.start(child(STUBBORN))
        supervisor.wait_until_ready(seconds=PATIENCE)
    assert running.process.poll() == -signal.SIGKILL


def test_a_grandchild_is_stopped_too(tmp_path):
    program = (
        f"import subprocess, sys; inner = subprocess.Popen([sys.executable, '-c', {SLEEP!r}]);"
        "print(inner.pid, flush=True); inner.wait()"
    )
    with Supervisor(tmp_path) as supervisor:
        running = supervisor.start(child(program))
        supervisor.wait_until_ready(seconds=PATIENCE)
        said = eventually("it says its number", lambda: list(running.tail))
        grandchild = psutil.Process(int(said[0]))
    eventually("it ends too", lambda: is_gone(grandchild))


def test_a_child_that_dies_is_started_again_and_that_is_said(tmp_path, capfd):
    with Supervisor(tmp_path) as supervisor:
        running = supervisor.start(child(SLEEP, name="worker"))
        supervisor.wait_until_ready(seconds=PATIENCE)
        first = running.process.pid
        running.process.kill()
        running.process.wait()
        supervisor.restart_the_dead()
        assert running.process.pid != first
        assert running.process.poll() is None
    assert "worker ended (code -9) and is started again" in capfd.readouterr().err


def test_a_child_that_keeps_dying_ends_the_run(tmp_path):
    with Supervisor(tmp_path) as supervisor:
        running = supervisor.start(child("raise SystemExit('again')"))
        for _ in range(children.MOST_RESTARTS - 1):
            running.process.wait()
            supervisor.restart_the_dead()
        running.process.wait()
        with pytest.raises(Refused, match="keeps ending"):
            supervisor.restart_the_dead()


def test_children_end_with_a_supervisor_that_was_killed(tmp_path):
    program = (
        "import sys, time, pathlib; from tests.config.tryout.test_children import child, SLEEP\n"
        "from config.tryout.children import Supervisor\n"
        "supervisor = Supervisor(pathlib.Path(sys.argv[1])); running = supervisor.start(child(SLEEP))\n"
        "supervisor.wait_until_ready(99); print(running.process.pid, flush=True); time.sleep(600)"
    )
    argv = [sys.executable, "-c", program, str(tmp_path)]
    with Supervisor(tmp_path) as outer:
        running = outer.start(Child("outer", argv, dict(os.environ), says=""))
        eventually("it says its number", lambda: bool(running.tail) and running.tail[0].isdigit())
        said = eventually("it says its number", lambda: list(running.tail))
        grandchild = psutil.Process(int(said[0]))
        os.kill(running.process.pid, signal.SIGKILL)  # only the supervisor itself
        eventually("it ends too", lambda: is_gone(grandchild))


def test_what_a_child_says_is_in_its_log(tmp_path):
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(child(SLEEP, name="worker"))
        supervisor.wait_until_ready(seconds=PATIENCE)
    assert (tmp_path / "worker.log").read_text() == "here\n"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"level": "error", "message": "it broke"}', "it broke"),
        ('{"level": "info", "message": "all well"}', None),
        ("plain text", None),
        ("{broken", None),
        ("[1]", None),
    ],
)
def test_only_errors_reach_the_terminal(line, shown):
    assert error_in(line) == shown


def test_the_last_words_of_a_process_are_read_by_a_person():
    died = '{"level": "critical", "message": "this process ends", "traceback": "Traceback\\nValueError"}'
    assert in_words(died) == "this process ends\nTraceback\nValueError"
    assert in_words("{not json") == "{not json"
