"""Nothing of the house is called because somebody typed its address, whatever it is disguised as."""

from __future__ import annotations

import socket
from ipaddress import ip_network
from typing import Any

import pytest
from pytest_django import Settings

from notices.channels import addresses, http
from notices.channels.addresses import Refused
from tests.notices.telling import Receiver

INSIDE = (
    *("127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("[::1]", "[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.8]", "[64:ff9b::a00:8]", "[2002:a00:8::1]"),
    *("2130706433", "0x7f.1", "0177.0.0.1", "localhost", "224.0.0.1", "255.255.255.255"),
)


@pytest.fixture(autouse=True)
def _no_house_is_open(settings: Settings) -> None:
    settings.NOTICES_PRIVATE_NETWORKS = []


def refusal(url: str) -> str:
    try:
        return addresses.resolve(addresses.target(url))
    except Refused as refused:
        return refused.code


def test_an_address_of_the_house_is_refused_in_every_disguise() -> None:
    found = {host: refusal(f"https://{host}/") for host in INSIDE}
    assert set(found.values()) <= {"REFUSED_ADDRESS", "NO_SUCH_HOST"}, found
    assert found["169.254.169.254"] == found["0x7f.1"] == found["[::1]"] == "REFUSED_ADDRESS"


def test_what_is_no_address_of_a_web_server_is_refused() -> None:
    wrong = (
        *("ftp://8.8.8.8/", "file:///etc/passwd", "https://", "https://a@8.8.8.8/", "https://8.8.8.8:x/", ""),
        *("https://8.8.8.8/a b", "https://8.8.8.8/\r\nHost: x", "javascript:alert(1)", "https://ex ample/"),
    )
    assert {refusal(url) for url in wrong} == {"REFUSED_ADDRESS"}


def test_the_internet_is_called_over_tls_only_and_the_house_where_it_is_allowed(settings: Settings) -> None:
    assert refusal("https://8.8.8.8/") == "8.8.8.8"
    assert refusal("http://8.8.8.8/") == "REFUSED_ADDRESS"
    settings.NOTICES_PRIVATE_NETWORKS = [ip_network("10.1.0.0/16")]
    assert refusal("http://10.1.2.3:8080/x") == "10.1.2.3"
    assert refusal("http://10.2.2.3/") == "REFUSED_ADDRESS"


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """One answer for each time that a name is asked for."""
    asked: list[str] = []
    really: Any = socket.getaddrinfo
    rest = iter(answers)

    def resolve(host: str, port: int, *args: Any, **more: Any) -> list[Any]:
        if host[0].isdigit():
            found: list[Any] = really(host, port, *args, **more)
            return found
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in next(rest)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_one_address_of_the_house_behind_a_name_is_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, ["8.8.8.8", "10.0.0.8"])
    assert refusal("https://rebind.example/") == "REFUSED_ADDRESS"


def test_what_was_checked_is_what_is_called_even_if_the_name_leads_elsewhere_a_moment_later(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, receiver: Receiver
) -> None:
    settings.NOTICES_PRIVATE_NETWORKS = [ip_network("127.0.0.1/32")]
    port = receiver.url.split(":")[2].partition("/")[0]
    asked = names(monkeypatch, ["127.0.0.1"], ["10.0.0.8"])
    assert http.post(f"http://hooks.example:{port}/x", b"{}", {}).arrived
    assert asked == ["hooks.example"], "asked once"
    assert receiver.requests[0].headers["host"] == f"hooks.example:{port}"
