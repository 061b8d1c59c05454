"""Start everything, print one address, and stop everything on Ctrl-C.

`python -m config.tryout` runs it, `python -m config.tryout reset` forgets what it kept.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from django.core.exceptions import ImproperlyConfigured

from config import languages
from config.paths import BASE_DIR
from config.tryout import checks, servers
from config.tryout.children import Supervisor
from config.tryout.plan import Plan
from config.tryout.running import announce, withdraw


class Stopped(BaseException):
    """Somebody pressed Ctrl-C, or the process was asked to end."""


def stop_on_signal(number: int, frame: FrameType | None) -> None:
    # Stopping is bounded in time, so a second Ctrl-C need not interrupt it.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m config.tryout", description=__doc__)
    parser.add_argument("action", choices=["run", "reset"], nargs="?", default="run")
    parser.add_argument("--var", type=Path, default=BASE_DIR / "var", help="where the data are kept")
    parent = os.getppid()  # asked first: the caller may be gone before all is started
    parser.add_argument("--stop-with-parent", action="store_true", help="end when the caller is gone")
    options = parser.parse_args()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop_on_signal)
    try:
        with checks.only_one(options.var):
            if options.action == "reset":
                servers.forget(options.var)
                print("Forgotten. `make run` starts afresh.")
            else:
                run(options.var, parent if options.stop_with_parent else None)
    except Stopped:
        print("Stopped. `make run` continues where you were.", flush=True)
    except (checks.Refused, ImproperlyConfigured) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def run(var: Path, parent: int | None) -> None:
    plan = Plan.from_environment(os.environ)
    checks.ports_are_free(plan.ports())
    languages.compile_all()
    with ExitStack() as stack:
        say("Starting Connect Guide ...")
        private = servers.start_missing(plan, var, stack)
        environment = plan.environment(private)
        # Demo people have no password: where DEBUG is off they must not exist.
        manage(["demo", "--migrate"] if plan.tryout else ["migrate"], environment, var)
        # Entered after the servers, so that everything has ended before they do.
        supervisor = stack.enter_context(Supervisor(var / "log"))
        for child in plan.children(environment, var):
            supervisor.start(child)
        supervisor.wait_until_ready(seconds=60)
        announce(plan.addresses(private), var / "run" / "tryout.json")
        stack.callback(withdraw, var / "run" / "tryout.json")
        say(f"Connect Guide is ready: {plan.public_url}   (Ctrl-C stops it)")
        watch(supervisor, parent)


def watch(supervisor: Supervisor, parent: int | None) -> None:
    """Until a signal comes, or `parent` is gone (make was killed and could not tell us)."""
    while True:
        if parent is not None and os.getppid() != parent:
            raise Stopped
        supervisor.restart_the_dead()
        time.sleep(0.3)


def manage(command: list[str], environment: dict[str, str], var: Path) -> None:
    """Run one of manage.py's commands to its end; its words go to the log."""
    argv = [sys.executable, "manage.py", *command]
    with (var / "log" / f"{command[0]}.log").open("ab") as log:
        done = subprocess.run(argv, cwd=BASE_DIR, env=environment, stdout=log, stderr=log)
    if done.returncode:
        tail = Path(log.name).read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
        raise checks.Refused("\n".join([f"`manage.py {' '.join(command)}` failed:", *tail]))


def say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main())
