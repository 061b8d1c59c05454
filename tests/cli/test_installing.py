"""The command as `pip install .` brings it, what a shell completes, and what the document says of it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cli.app import cli
from cli.ends import End
from config.paths import BASE_DIR
from tests.cli.terminal import Terminal
from tests.commands.documented import commands_in

DOCUMENT = (BASE_DIR / "docs" / "command-line.md").read_text(encoding="utf-8")
COMMANDS = [each.removeprefix(".venv/bin/") for each in commands_in(DOCUMENT)]


def test_pip_brings_the_command_without_the_app(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "installed"
    source.mkdir()
    shutil.copytree(BASE_DIR / "cli", source / "cli", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(BASE_DIR / name, source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    done = subprocess.run([*pip, "--target", target, "."], cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    env = {**os.environ, "PYTHONPATH": str(target), "CONNECT_GUIDE_SERVER": "", "HOME": str(tmp_path)}
    command = [sys.executable, "-P", str(target / "bin" / "connect-guide")]
    asked = subprocess.run([*command, "--help"], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert "status" in asked.stdout, asked.stderr
    local = [*command, "--local", "--as", "a@b.example", "orgs"]
    said = subprocess.run(local, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (said.returncode, "folder of an installation" in said.stderr) == (End.USAGE, True), said


def test_calling_a_server_does_not_load_the_app() -> None:
    loaded = "import cli.app, sys; print([each for each in sys.modules if each.split('.')[0] == 'django'])"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=BASE_DIR, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_what_it_needs_to_complete(bare: Terminal, shell: str) -> None:
    assert f"_CONNECT_GUIDE_COMPLETE={shell}_complete" in bare.run("completion", shell).out


def test_commands_and_options_are_completed(bare: Terminal) -> None:
    bare.more = {
        "_CONNECT_GUIDE_COMPLETE": "bash_complete",
        "COMP_WORDS": "connect-guide status --fail-on ",
        "COMP_CWORD": "3",
    }
    assert bare.run().out.split() == ["plain,open", "plain,drift"]


def words_of(command: str) -> list[str]:
    return shlex.split(re.sub(r" > \S+$", "", command))[1:]


@pytest.mark.parametrize("command", [each for each in COMMANDS if each.startswith("connect-guide ")])
def test_every_documented_command_is_understood(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its own parser; that each does what it says is for the tests beside this one."""
    monkeypatch.chdir(tmp_path)
    Path("choices.json").write_text("{}")
    called: list[str | None] = []
    monkeypatch.setattr(click.Command, "invoke", lambda self, _ctx: called.append(self.name))
    cli.main(words_of(command), standalone_mode=False)
    assert called == ["connect-guide", called[-1]]


def test_every_command_and_every_end_is_documented() -> None:
    named = {words_of(each)[0] for each in COMMANDS if each.startswith("connect-guide ")}
    assert set(cli.commands) <= named | {"status"}
    told = {int(each) for each in re.findall(r"^\| (\d+) \|", DOCUMENT, re.M)}
    assert told == {int(end) for end in End}


def test_every_command_explains_itself() -> None:
    for name, command in cli.commands.items():
        assert isinstance(command, click.Command)
        assert command.help, name
        for each in command.params:
            assert isinstance(each, click.Argument) or getattr(each, "help", None), f"{name} {each.name}"
