"""The stand-in can speak https, for clients that know nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from simulator import certificate
from simulator.server import running


def test_https_with_a_certificate_of_its_own() -> None:
    with running(tls=True) as stand:
        assert stand.url.startswith("https://127.0.0.1:")
        answer = requests.get(stand.url + "/services/data/", verify=stand.authority, timeout=10)
        assert answer.status_code == 200


def test_https_with_a_given_certificate(tmp_path: Path) -> None:
    made = certificate.make(tmp_path)
    with running(tls=(made.certificate, made.key)) as stand:
        by_name = stand.url.replace("127.0.0.1", "localhost")
        assert requests.get(by_name + "/services/data/", verify=made.authority, timeout=10).status_code == 200


def test_another_authority_does_not_trust_it(tmp_path: Path) -> None:
    with running(tls=True) as stand, pytest.raises(requests.exceptions.SSLError):
        requests.get(stand.url + "/services/data/", verify=certificate.make(tmp_path).authority, timeout=10)


def test_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    assert Path(certificate.make(tmp_path).key).stat().st_mode & 0o077 == 0
