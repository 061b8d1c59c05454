"""The proxies' samples as the programs themselves see them, and what nginx writes down."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from config.paths import BASE_DIR
from tests.certificates import make_authority
from tests.deploy import debian
from tests.fixture_types import FreePort
from tests.waiting import eventually

DEPLOY = BASE_DIR / "deploy"


def test_caddy_can_run_its_sample(tmp_path: Path) -> None:
    names = {"SITE": "https://guide.example.com", "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    sample = str(DEPLOY / "Caddyfile")
    done = debian.run("caddy", "validate", "--adapter", "caddyfile", "--config", sample, **names)
    assert done.returncode == 0, done.stdout
    assert "Valid configuration" in done.stdout


def test_caddy_writes_down_no_address(tmp_path: Path, free_port: FreePort) -> None:
    port, nobody = free_port(), f"127.0.0.1:{free_port()}"
    own = {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    places = {"SITE": f"http://127.0.0.1:{port}", "WEB": nobody, "STREAM": nobody}
    config = tmp_path / "Caddyfile"
    # Without the console that it has on a port of the machine.
    config.write_text(
        (DEPLOY / "Caddyfile").read_text(encoding="utf-8").replace("\n{\n", "\n{\n\tadmin off\n", 1)
    )
    argv = [str(debian.program("caddy")), "run", "--adapter", "caddyfile", "--config", str(config)]
    with (tmp_path / "log").open("w+") as log, ExitStack() as end:
        running = subprocess.Popen(
            argv, env={**debian.environment(), **own, **places}, stderr=log, stdout=log
        )
        end.callback(running.wait, 20)
        end.callback(running.terminate)
        eventually("caddy listens", lambda: listens(port))
        for address in ("/events/?secret-address", "/join/secret-address"):
            answer = requests.get(f"http://127.0.0.1:{port}{address}", timeout=10)
            assert answer.status_code == 502, "nothing is behind it, which it could tell"
        said = (tmp_path / "log").read_text()
    assert "secret-address" not in said
    assert "server running" in said, "what it has to say of itself it says"


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def sample(tmp_path: Path, free_port: Callable[[], int]) -> tuple[Path, int]:
    """nginx's sample on a port of ours, with a certificate; nothing answers behind it."""
    make_authority(tmp_path)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    port = free_port()
    for was, becomes in {
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "/etc/ssl/guide.pem": str(tmp_path / "server.pem"),
        "/etc/ssl/guide.key": str(tmp_path / "server.pem"),
        "/var/log/nginx/error.log": str(tmp_path / "error.log"),
        "127.0.0.1:8000": f"127.0.0.1:{free_port()}",
        "127.0.0.1:8002": f"127.0.0.1:{free_port()}",
    }.items():
        assert was in text, was
        text = text.replace(was, becomes)
    whole = tmp_path / "nginx.conf"
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    own = "".join(f"{kind}_temp_path {tmp_path / kind};\n" for kind in kinds)
    user = "user root;\n" if os.geteuid() == 0 else ""
    head = f"{user}daemon off;\npid {tmp_path / 'pid'};\nerror_log {tmp_path / 'main.log'};\nevents {{}}\n"
    whole.write_text(f"{head}http {{\n{own}access_log {tmp_path / 'access.log'};\n{text}}}\n")
    return whole, port


def test_nginx_can_run_its_sample(sample: tuple[Path, int], tmp_path: Path) -> None:
    done = debian.run("nginx", "-t", "-p", str(tmp_path), "-c", str(sample[0]), "-e", str(tmp_path / "e"))
    assert done.returncode == 0, done.stdout


@contextmanager
def nginx(whole: Path, folder: Path) -> Iterator[None]:
    argv = [str(debian.program("nginx")), "-p", str(folder), "-c", str(whole), "-e", str(folder / "e")]
    running = subprocess.Popen(argv, env=debian.environment())
    try:
        yield
    finally:
        running.terminate()
        running.wait(60)


def test_nginx_speaks_http2_and_writes_down_no_address(sample: tuple[Path, int], tmp_path: Path) -> None:
    whole, port = sample
    trusts_all = ssl.create_default_context()
    trusts_all.check_hostname = False
    trusts_all.verify_mode = ssl.CERT_NONE

    def visit(address: str, *speaks: str) -> tuple[str | None, bytes]:
        trusts_all.set_alpn_protocols(list(speaks))
        with socket.create_connection(("127.0.0.1", port), 5) as raw, trusts_all.wrap_socket(raw) as visitor:
            if speaks == ("h2",):
                return visitor.selected_alpn_protocol(), b""
            visitor.sendall(f"GET {address} HTTP/1.1\r\nHost: guide.example.com\r\n\r\n".encode())
            return visitor.selected_alpn_protocol(), visitor.recv(100)

    with nginx(whole, tmp_path):
        eventually("nginx listens", lambda: (tmp_path / "pid").exists())
        assert visit("/", "h2")[0] == "h2"
        for address in ("/events/?secret-address", "/join/secret-address", "/guest/secret-address"):
            assert b" 502 " in visit(address, "http/1.1")[1], "nothing is behind it, which it could tell"
    logs = [path for path in tmp_path.glob("*") if path.is_file() and path != whole]
    assert [path.name for path in logs if b"secret-address" in path.read_bytes()] == []


def test_both_send_the_same_addresses_to_the_stream() -> None:
    caddy, other = ((DEPLOY / name).read_text(encoding="utf-8") for name in ("Caddyfile", "nginx.conf"))
    assert re.search(
        r"@events path /events/\*\s+handle @events \{\s+reverse_proxy \{\$STREAM:\S+:8002\}", caddy
    )
    assert "flush_interval -1" in caddy
    events = other.partition("location /events/ {")[2].partition("}")[0]
    assert "proxy_pass http://127.0.0.1:8002;" in events
    assert "proxy_buffering off;" in events
    pages = other.partition("location / {")[2]
    assert "X-Forwarded-Proto $scheme" in pages
    assert "X-Forwarded-For $remote_addr" in pages
