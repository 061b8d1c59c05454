"""One POST to an address that somebody typed: checked, pinned, not led on, in bounded time and bytes."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, unquote, urlsplit

from requests.utils import get_environ_proxies

from notices.channels import addresses
from notices.channels.addresses import Refused, Target
from notices.channels.base import Result
from orgs.salesforce import tls

SECONDS = 10.0  # for all of it, however slowly an answer trickles in
MOST_BYTES = 4096  # of an answer: no more is read
MOST_LETTERS = 300
LONGEST_WAIT = 3600


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Result:
    try:
        to = addresses.target(url)
        with _connection(to, url) as connection:
            return _ask(connection, to, body, headers)
    except Refused as refused:
        return Result(refused.code)
    except ssl.SSLCertVerificationError:
        return Result("NOT_TRUSTED")
    except TimeoutError:
        return Result("TIMEOUT")
    except (OSError, HTTPException, ValueError):
        return Result("NO_CONNECTION")


class _Line:
    """A socket that is cut when the time is up, whatever it is doing then."""

    def __init__(self, place: tuple[str, int]) -> None:
        self.socket: socket.socket = socket.create_connection(place, SECONDS / 2)
        self.socket.settimeout(SECONDS)
        self.is_late = False
        self._timer = threading.Timer(SECONDS, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def secure(self, host: str) -> None:
        made = tls.anonymous().wrap_socket(self.socket, server_hostname=host, do_handshake_on_connect=False)
        self.socket = made
        made.do_handshake()

    def _cut(self) -> None:
        self.is_late = True
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._timer.cancel()
        self.socket.close()


@contextmanager
def _connection(to: Target, url: str) -> Iterator[HTTPConnection]:
    through = _proxy(to, url)
    line = _Line(
        (through.hostname or "", through.port or 8080) if through else (addresses.resolve(to), to.port)
    )
    try:
        if through:
            _tunnel(line.socket, to, through)
        if to.is_tls:
            line.secure(to.host)
        connection = HTTPConnection(to.host, to.port)
        connection.sock = line.socket
        yield connection
    except (OSError, HTTPException):
        if line.is_late:
            raise TimeoutError from None
        raise
    finally:
        line.close()


def _proxy(to: Target, url: str) -> SplitResult | None:
    """The company's way out (`HTTPS_PROXY`), which resolves names itself: what we know of one is checked."""
    proxy = get_environ_proxies(url).get("https", "") if to.is_tls else ""
    if not proxy:
        return None
    _check_if_known(to)
    return urlsplit(proxy if "://" in proxy else f"http://{proxy}")


def _check_if_known(to: Target) -> None:
    """Names of the internet may be unknown inside; the proxy knows them."""
    try:
        addresses.resolve(to)
    except Refused as refused:
        if refused.code != "NO_SUCH_HOST":
            raise


def _tunnel(raw: socket.socket, to: Target, proxy: SplitResult) -> None:
    lines = [f"CONNECT {to.host}:{to.port} HTTP/1.1", f"Host: {to.host}:{to.port}"]
    if proxy.username:
        pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(pair).decode()}")
    raw.sendall("\r\n".join([*lines, "", ""]).encode())
    answer = HTTPResponse(raw, method="CONNECT")
    answer.begin()
    if answer.status != 200:
        raise ConnectionError("the proxy refused")


def _ask(connection: HTTPConnection, to: Target, body: bytes, headers: Mapping[str, str]) -> Result:
    connection.request("POST", to.path, body, {"Host": to.authority, "Connection": "close", **headers})
    answer = connection.getresponse()
    status, said = answer.status, _said(answer)
    if 200 <= status < 300:
        return Result(status=status, answer=said)
    if 300 <= status < 400:
        return Result("REDIRECTED", status)
    if status == 410:
        return Result("GONE", status, said, final=True)
    return Result("REFUSED", status, said, _seconds(answer.headers.get("Retry-After", "")))


def _said(answer: HTTPResponse) -> str:
    """The beginning of it; who answered with a status and then hangs has answered."""
    try:
        return answer.read(MOST_BYTES).decode(errors="replace").replace("\0", "")[:MOST_LETTERS]
    except (OSError, HTTPException):
        return ""


def _seconds(text: str) -> int:
    return min(int(text), LONGEST_WAIT) if text.isascii() and text.isdigit() else 0
