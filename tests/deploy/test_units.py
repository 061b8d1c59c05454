"""The systemd units: right in systemd's own eyes, sandboxed, and of the same processes as everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.paths import BASE_DIR
from config.serve import http
from tests.deploy import debian
from tests.test_docs import all_settings

DEPLOY = BASE_DIR / "deploy"
PROCESSES = ("web", "stream", "worker", "beat")
HOME = "/srv/connect-guide"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with this copy of the code, and a file of settings, in the place of an installation's."""
    settings = tmp_path / "environment"
    settings.touch()
    for path in DEPLOY.glob("*.[std][eai][rmr][vge]*"):
        text = path.read_text(encoding="utf-8").replace(HOME, str(BASE_DIR))
        (tmp_path / path.name).write_text(text.replace("/etc/connect-guide/environment", str(settings)))
    return tmp_path


def test_systemd_finds_nothing_wrong_with_them(units: Path) -> None:
    names = sorted(path.name for path in units.glob("connect-guide*"))
    assert len(names) == 7
    done = debian.run("systemd-analyze", "verify", "--man=no", *(str(units / name) for name in names))
    ours = [line for line in done.stdout.splitlines() if "connect-guide" in line]
    assert (ours, done.returncode) == ([], 0), done.stdout


@pytest.mark.parametrize("name", PROCESSES)
def test_each_process_may_do_little_on_the_machine(name: str, units: Path) -> None:
    judge = ["security", "--offline=true", "--threshold=15", "--no-pager"]  # 1.5 of 10
    done = debian.run("systemd-analyze", *judge, str(units / f"connect-guide-{name}.service"))
    assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("name", PROCESSES)
def test_each_process_is_started_as_everywhere_and_comes_back(name: str) -> None:
    text = (DEPLOY / f"connect-guide-{name}.service").read_text(encoding="utf-8")
    assert f"ExecStart={HOME}/.venv/bin/python -m config.serve {name}\n" in text
    assert "Restart=always" in text
    assert "RestartPreventExitStatus=78" in text
    stop = re.search(r"TimeoutStopSec=(\d+)", text)
    assert stop
    assert int(stop[1]) > (http.GRACE if name == "web" else 10)


def test_the_sample_of_the_environment_names_every_setting() -> None:
    text = (DEPLOY / "environment").read_text(encoding="utf-8")
    named = re.findall(r"^#?([A-Z_]+)=", text, re.M)
    assert len(named) == len(set(named))
    assert set(named) == all_settings() - {"DEBUG", "PORT", "SIMULATOR_PORT"}


@pytest.mark.parametrize("name", ["backup", "manage", "upgrade"])
def test_the_scripts_can_be_run(name: str) -> None:
    assert (DEPLOY / name).stat().st_mode & 0o111
    assert (DEPLOY / name).read_text(encoding="utf-8").startswith("#!/bin/sh\n")
