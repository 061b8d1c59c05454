"""Every command that a document names is run by some test, in that order and that way."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache

import pytest
import yaml
from django.core.management import CommandError, get_commands, load_command_class

from config.paths import BASE_DIR
from tests import changed
from tests.commands.documented import commands, commands_in, named_files, words
from tests.config.test_backup import BACKUP, RESTORE, SWAP

COMMANDS = commands()
HERE = "tests/commands/test_make.py"
TRYOUT = "tests/config/tryout/test_plan.py"
SERVED = "tests/config/serve/test_processes.py"
PARTS = ("web", "stream", "worker", "beat")

#: Command -> the file that runs it, and the words there that do.
RUN_BY = {
    "make run": (HERE, '"make", "run"'),
    "make run PYTHON=python3.12": (HERE, "PYTHON={sys.executable}"),
    "PORT=8100 SIMULATOR_PORT=8101 make run": (HERE, "SIMULATOR_PORT="),
    "SALESFORCE_EXTRA_ORIGINS=http://localhost:9001 make run": (TRYOUT, "SALESFORCE_EXTRA_ORIGINS"),
    "DATABASE_URL=postgres://me@localhost/guide make run": (TRYOUT, "DATABASE_URL"),
    "REDIS_URL=redis://localhost:6379/5 make run": (TRYOUT, "REDIS_URL"),
    ".venv/bin/python manage.py shell": (HERE, '"manage.py", "shell"'),
    "make reset": (HERE, 'make("reset"'),
    "make test": (".ci/run", "make test"),
    "make lint": ("Makefile", "-j 3 lint audit _tests"),
    "make audit": ("Makefile", "-j 3 lint audit _tests"),
    "make check": ("tests/test_changed.py", "changed.run("),
    "make benchmark": (HERE, 'make("benchmark", "--short"'),
    "make benchmark ARGS=growth": (HERE, '"worker", "growth"'),
    "make quality": (HERE, 'make("quality", "help"'),
    "make screenshots": (HERE, 'make("screenshots", '),
    "make properties": (HERE, 'make("properties", '),
    "make format": (HERE, 'make("format"'),
    "make lock": (HERE, '"make", "lock"'),
    "make messages": ("tests/quality/test_languages.py", 'make("messages"'),
    "make chaos": ("tests/chaos/test_short_run.py", 'make("chaos"'),
    "make drill": ("tests/drill/test_short_run.py", 'make("drill"'),
    "make scale": ("tests/scale/test_short_run.py", 'make("scale"'),
    ".venv/bin/python -m tests.benchmark calls": (HERE, '"calls", "watching"'),
    "python -m simulator --port 8001 --state var/stand-in.json --demo": (
        "tests/simulator/test_keeping.py",
        '"simulator"',
    ),
    **{f"python -m config.serve {part}": (SERVED, f'"{part}"') for part in PARTS},
    "deploy/upgrade": ("tests/deploy", "upgrade"),
    "python3 -m venv .venv": ("tests/config/test_bootstrap.py", "Making a virtual environment"),
}
#: Of the operating system, for somebody who installs: what they name of ours has to be there.
OF_THE_SYSTEM = re.compile(r"(apt-get|cd|cp|curl|git|grep|install|su|systemctl|systemd-tmpfiles|userdel) ")
#: What stands before other commands, as the document says itself.
BEGINNINGS = ("deploy/manage", "docker compose exec web", "docker compose exec -T postgres")
BACKUP_LINES = {each for block in (BACKUP, RESTORE, SWAP) for each in commands_in(f"```sh\n{block}```\n")}
QUICK = re.compile(r"python -c |\.venv/bin/python -m pytest |(\.venv/bin/python -m )?pip install ")


def is_run_there(command: str) -> bool:
    path, said = RUN_BY[command]
    files = [BASE_DIR / path] if (BASE_DIR / path).is_file() else (BASE_DIR / path).rglob("test_*.py")
    return any(said in file.read_text(encoding="utf-8") for file in files)


def is_understood_by_manage_py(command: str) -> bool:
    """By the command's own parser; that it works is for the test that calls it by its name."""
    _, _, line = command.partition("manage.py " if "manage.py " in command else "deploy/manage ")
    name, *arguments = words(line.replace("POSITION:DIGEST", f"1:{0:064}"))
    if name not in get_commands():
        return False
    room = str(get_commands()[name])
    if arguments:
        load_command_class(room, name).create_parser("manage.py", name).parse_args(arguments)
    return room.startswith("django") or any(f'"{name}"' in text for text in all_tests())


@cache
def all_tests() -> list[str]:
    return [(BASE_DIR / name).read_text(encoding="utf-8") for name in changed.all_tests()]


def is_for_our_services(command: str) -> bool:
    """A line for Docker Compose: about services of ours; what it runs inside one is itself a command."""
    services = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    verb, *rest = words(command)[2:]
    named = [word for word in rest if not word.startswith("-") and not word.isdigit()]
    if verb not in ("exec", "run"):
        return set(named) <= set(services)
    service, *inside = named
    return service in services and (not inside or is_held(command.partition(f" {service} ")[2]))


def is_tried_with_the_command_line(command: str) -> bool:
    """All those of its own document are, by its parser; what each does has tests beside that one."""
    return COMMANDS[command] == ["command-line.md"]


def runs(command: str) -> bool:
    """The short form of what is quick: one-liners, a part of the tests, an installation of what is there."""
    line = words(command)
    program = [sys.executable, *line[1:]] if "python" in line[0] else [sys.executable, "-m", *line]
    if "pytest" in line:
        program += ["--collect-only", "--quiet", "--numprocesses", "0"]
    if "install" in line:
        program.append("--dry-run")
    return subprocess.run(program, cwd=BASE_DIR, capture_output=True).returncode == 0


HELD: list[tuple[Callable[[str], object], Callable[[str], bool]]] = [
    (RUN_BY.__contains__, is_run_there),
    ({*BEGINNINGS, *BACKUP_LINES}.__contains__, lambda command: True),
    (re.compile(r"docker compose ").match, is_for_our_services),
    (re.compile(r".*manage(\.py)? ").match, is_understood_by_manage_py),
    (re.compile(r"(\.venv/bin/)?connect-guide |python -m cli$").match, is_tried_with_the_command_line),
    (OF_THE_SYSTEM.match, lambda command: True),
    (QUICK.match, runs),
]


def is_held(command: str) -> bool:
    return next((holds(command) for is_about, holds in HELD if is_about(command)), False)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_that_a_document_names_is_run(command: str) -> None:
    assert is_held(command), f"{COMMANDS[command]} name it: how is it run? Tell RUN_BY, or run it in {HERE}"
    assert [str(path) for path in named_files(command) if not path.exists()] == []


def test_no_row_is_left_of_a_command_that_no_document_names() -> None:
    assert set(RUN_BY) - set(COMMANDS) == set()


@pytest.mark.parametrize("new", ["`make tea`", "```sh\nmake run && make tea\n```", "`docker compose up tea`"])
def test_a_new_command_is_noticed(new: str) -> None:
    assert not all(is_held(command) for command in commands_in(new + "\n"))


def test_an_option_that_a_command_has_not_is_noticed() -> None:
    with pytest.raises(CommandError, match="--loud"):
        is_held("python manage.py verify_audit --loud")
