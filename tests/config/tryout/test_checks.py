from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from config.paths import BASE_DIR
from config.serve.loopback import family_of
from config.tryout.checks import Refused, free_port, is_free, only_one, ports_are_free


@pytest.fixture(params=["127.0.0.1", "::1"])
def taken_port(request):
    with socket.create_server((request.param, 0), family=family_of(request.param)) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize("variable", ["PORT", "SIMULATOR_PORT"])
def test_a_taken_port_is_named_with_its_variable_in_one_sentence(taken_port, variable):
    with pytest.raises(Refused) as refusal:
        ports_are_free({variable: taken_port})
    text = str(refusal.value)
    assert f"Port {taken_port} is used by another program" in text
    assert f"`{variable}={taken_port + 10} make run`" in text
    assert "\n" not in text


def test_free_ports_pass():
    ports_are_free({"PORT": free_port(), "SIMULATOR_PORT": free_port()})


def test_one_port_for_two_servers_is_refused():
    with pytest.raises(Refused, match="PORT and SIMULATOR_PORT must be two different ports"):
        ports_are_free({"PORT": 8000, "SIMULATOR_PORT": 8000})


@pytest.mark.parametrize("port", [0, 65536, 99999])
def test_a_number_that_is_no_port_is_refused(port):
    with pytest.raises(Refused, match="between 1 and 65535"):
        ports_are_free({"PORT": port})


def test_a_port_in_use_is_not_free(taken_port):
    assert not is_free(taken_port)


def test_a_second_run_in_the_same_folder_is_refused(tmp_path):
    second = (
        "import pathlib, sys; from config.tryout.checks import only_one\n"
        "with only_one(pathlib.Path(sys.argv[1])): pass"
    )
    with only_one(tmp_path):
        refused = subprocess.run(
            [sys.executable, "-c", second, str(tmp_path)], cwd=BASE_DIR, capture_output=True, text=True
        )
    assert "Another `make run` is already running" in refused.stderr
    after = subprocess.run([sys.executable, "-c", second, str(tmp_path)], cwd=BASE_DIR, capture_output=True)
    assert after.returncode == 0
