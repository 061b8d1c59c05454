"""What `make run` does before anything is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config import bootstrap


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch) -> Path:
    """An empty clone: no environment, and lock files that ask for nothing."""
    monkeypatch.setattr(bootstrap, "BASE_DIR", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    (tmp_path / "requirements").mkdir()
    for name in ("tryout", "dev"):
        (tmp_path / "requirements" / f"{name}.lock").write_text("")
    return tmp_path


@pytest.fixture
def environment(checkout: Path, monkeypatch) -> Path:
    """The same with an environment that is there already, which saves each test some seconds."""
    (checkout / ".venv").mkdir()
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    return checkout


def test_it_makes_an_environment_where_there_is_none_that_works_and_installs_once(checkout, capsys):
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/nowhere/python\n")  # as in a folder that was moved
    python.chmod(0o755)
    assert bootstrap.main("tryout") == 0
    assert subprocess.run([python, "-c", ""]).returncode == 0
    assert "Making a virtual environment" in capsys.readouterr().out
    assert bootstrap.main("tryout") == 0
    assert capsys.readouterr().out == ""


def test_it_installs_again_when_the_lock_changed(environment, capsys):
    bootstrap.main("tryout")
    capsys.readouterr()
    (environment / "requirements" / "tryout.lock").write_text("# newer\n")
    bootstrap.main("tryout")
    assert "Installing" in capsys.readouterr().out


def test_what_was_installed_for_tests_is_enough_to_try_it_out(environment, capsys):
    bootstrap.main("dev")
    capsys.readouterr()
    bootstrap.main("tryout")
    assert capsys.readouterr().out == ""


def test_the_command_line_can_be_called_from_any_folder(environment, tmp_path_factory, capfd):
    (environment / "cli").mkdir()
    (environment / "cli" / "__main__.py").write_text("import sys; print('it runs:', *sys.argv[1:])")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "cli.py").write_text("raise SystemExit('another program')")
    assert bootstrap.main("tryout") == bootstrap.main("tryout") == 0
    command = [environment / ".venv" / "bin" / "connect-guide", "two words", "--flag"]
    assert subprocess.run(command, cwd=elsewhere).returncode == 0
    assert "it runs: two words --flag" in capfd.readouterr().out


def test_an_install_that_fails_says_what_to_do(environment, capsys, monkeypatch):
    lock = "nothing-of-that-name==1.0 --hash=sha256:" + "0" * 64 + "\n"
    (environment / "requirements" / "tryout.lock").write_text("--no-index\n" + lock)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    assert bootstrap.main("tryout") == 1
    said = capsys.readouterr().err
    assert "nothing-of-that-name" in said
    assert "could not be installed" in said
    assert "Check the network connection" in said
    assert "WARNING" not in said


def test_a_python_without_venv_is_told_which_package_to_install(checkout, capsys, monkeypatch):
    # A Debian Python without python3-venv says this on its standard output.
    debian = checkout / "python3"
    debian.write_text(
        "#!/bin/sh\necho 'The virtual environment was not created successfully because ensurepip is not'\n"
        "echo 'available.'\nexit 1\n"
    )
    debian.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(debian))
    assert bootstrap.main("tryout") == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"apt-get install python{version}-venv" in capsys.readouterr().err


def test_a_python_that_is_too_old_is_refused(checkout, capsys, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert bootstrap.main("tryout") == 1
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


def test_without_a_browser_and_without_the_right_to_install_one_it_says_so(capsys, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert bootstrap.main("chromium") == 1
    assert "sudo apt-get install chromium gettext" in capsys.readouterr().err
