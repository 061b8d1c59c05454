"""CumulusCI and tap-salesforce, in an environment of their own: they conflict with our locks."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from simulator import client_apps
from simulator.client_apps import CLIENT_ID, CLIENT_SECRET
from simulator.org.store import Org
from simulator.server import Stand
from tests.conformance.programs import OwnBrowser, python_program, run, sign_in_by_browser
from tests.simulator.visitor import Visitor, username_of

pytestmark = pytest.mark.timeout(900)  # the first of them installs the clients

PROJECT = """
minimum_cumulusci_version: '4.0.0'
project:
  name: stand-in
  package:
    name: stand-in
    api_version: '66.0'
"""


@pytest.fixture
def address(stand: Stand) -> str:
    return stand.url


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository as CumulusCI wants one."""
    (tmp_path / "cumulusci.yml").write_text(PROJECT)
    person = ["-c", "user.name=Conformance", "-c", "user.email=conformance@example.com"]
    for words in (["init", "--quiet"], [*person, "commit", "--quiet", "--allow-empty", "-m", "Begin"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def test_cumulusci_connects_an_org_and_works_in_it(
    stand: Stand, org: Org, address: str, project: Path
) -> None:
    """By an app that was registered here; it sends no challenge."""
    callback = f"http://localhost:{free_port()}/callback"
    wanted = {"label": "CumulusCI", "callbacks": [callback], "pkce_required": False}
    app = client_apps.register(stand.world, wanted)
    env = {**os.environ, "HOME": str(project), "CUMULUSCI_KEY": "0123456789abcdef", "NO_COLOR": "1"}
    cci = python_program(address, "cci")
    service = ["--client_id", app.client_id, "--client_secret", app.secret, "--callback_url", callback]
    service += ["--login_url", address]
    run([*cci, "service", "connect", "connected_app", "here", *service], env, project, answers="n\n")
    login = [*cci, "org", "connect", "mine", "--login-url", address, "--connected-app", "here", "--default"]
    said = sign_in_by_browser(login, env, project, Visitor(address), username_of(org))
    assert "mine is now the default org" in said
    told = run([*cci, "org", "info", "mine", "--json"], env, project)
    assert json.loads(told)["org_type"] == "Enterprise Edition"
    run([*cci, "task", "run", "assign_permission_sets", "-o", "api_names", "DMTracking"], env, project)
    (packaged,) = org.find("PermissionSet", Name="DMTracking")
    assert org.find("PermissionSetAssignment", AssigneeId=org.admin_id, PermissionSetId=packaged["Id"])
    browser = OwnBrowser(project)
    browser.opened.unlink()
    run([*cci, "org", "browser", "mine"], env | {"BROWSER": str(browser.command)}, project)
    assert org.name in Visitor(address).open(browser.opened.read_text()).text


def test_tap_salesforce_discovers_and_reads(stand: Stand, org: Org, address: str, tmp_path: Path) -> None:
    """Its refresh token is rotated, and it writes the new one into its own settings."""
    visitor = Visitor(address)
    first = visitor.connect(org)["refresh_token"]
    config = tmp_path / "config.json"
    config.write_text(
        json.dumps(
            {
                "refresh_token": first,
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "start_date": "2020-01-01T00:00:00Z",
                "api_type": "REST",
                "select_fields_by_default": True,
            }
        )
    )
    tap = [*python_program(address, "tap-salesforce"), "--config", str(config)]
    catalog = json.loads(run([*tap, "--discover"], dict(os.environ), tmp_path))
    assert json.loads(config.read_text())["refresh_token"] != first
    chosen = tmp_path / "catalog.json"
    chosen.write_text(json.dumps(with_selected(catalog, "Account")))
    messages = run([*tap, "--properties", str(chosen)], dict(os.environ), tmp_path).splitlines()
    rows = [each["record"] for each in map(json.loads, messages) if each["type"] == "RECORD"]
    assert {row["Name"] for row in rows} == {str(row["Name"]) for row in org.rows("Account")}


def with_selected(catalog: dict[str, Any], stream: str) -> dict[str, Any]:
    (wanted,) = [each for each in catalog["streams"] if each["stream"] == stream]
    (whole,) = [each for each in wanted["metadata"] if each["breadcrumb"] == []]
    whole["metadata"]["selected"] = True
    return catalog
