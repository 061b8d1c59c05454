"""What `connect-guide export` writes, given to `sf`: it deploys, and the commands of its README work."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from cli import sfdx
from cli.answers import Made, MadeRow
from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from tests.conformance.programs import PATIENCE, alone_at, node_program, run, sign_in_by_browser
from tests.conformance.test_sf import PORT
from tests.npm import WITH_NODE
from tests.simulator.visitor import Visitor, username_of

SET = "Marketing_Cloud_Connected_App"
LABEL = "R & D <Marketing>"


def row(kind: str, *, username: str | None = None, app: str = "", **data: str) -> MadeRow:
    names = {"app": app} if app else {}
    return MadeRow(kind=kind, what="", id="", username=username, data=data, names=names)


@pytest.fixture(scope="module")
def org(stand: Stand) -> Org:
    return create(stand.world, "fresh", name="Exported to", people=12)


@pytest.fixture(scope="module")
def people(org: Org) -> list[str]:
    licence = org.find("UserLicense", Name="Salesforce")[0]["Id"]
    profiles = {each["Id"] for each in org.rows("Profile") if each["UserLicenseId"] == licence}
    found = [each for each in org.rows("User") if each["IsActive"] and each["ProfileId"] in profiles]
    return [str(each["Username"]) for each in found][:2]


@pytest.fixture(scope="module")
def project(org: Org, people: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    made = Made(
        org={"id": "", "name": "Northwind", "salesforce_id": org.id, "sandbox": True},
        items=[
            row(sfdx.SET, name=SET, label=LABEL, description='Holds "nothing" & opens the app.'),
            *(row(sfdx.ASSIGN, username=each, set_name=SET, namespace="", user_id="005") for each in people),
            row(
                sfdx.ASSIGN,
                username=people[0],
                set_name="ExactTarget_Integration",
                namespace="et4ae5",
                user_id="005",
            ),
            row(sfdx.GRANT, set_name=SET, app_id="0H4", app="Salesforce Marketing Cloud"),
        ],
    )
    for path, text in {**sfdx.files_of(made, sfdx.PACKAGE), Path(sfdx.PROJECT): sfdx.project()}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def env(stand: Stand, org: Org, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """In which `sf` is signed in to the org, and is a command of the shell."""
    home = tmp_path_factory.mktemp("home")
    command = home / "bin" / "sf"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {" ".join(node_program("sf"))} "$@"\n')
    command.chmod(0o755)
    env = WITH_NODE | {
        "HOME": str(home),
        "PATH": f"{command.parent}:{WITH_NODE['PATH']}",
        "SF_DISABLE_TELEMETRY": "true",
        "SF_AUTOUPDATE_DISABLE": "true",
        "SF_SKIP_NEW_VERSION_CHECK": "true",
        "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
        "ORG": username_of(org),
    }
    login = [str(command), "org", "login", "web", "--instance-url", stand.url, "--json"]
    with alone_at(PORT):
        sign_in_by_browser(login, env, home, Visitor(stand.url), username_of(org))
    return env


def commands_of(project: Path) -> list[str]:
    readme = (project / sfdx.FOLDER / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```", readme, re.S | re.M)


def test_salesforces_own_reader_takes_it_for_source(
    project: Path, env: dict[str, str], tmp_path: Path
) -> None:
    """Offline: source-deploy-retrieve finds the component, and writes it as a package."""
    command = [
        "sf",
        "project",
        "convert",
        "source",
        "--source-dir",
        sfdx.PACKAGE,
        "--output-dir",
        str(tmp_path),
    ]
    run([*node_program("sf"), *command[1:]], env, project)
    package = (tmp_path / "package.xml").read_text()
    assert f"<members>{SET}</members>" in package
    assert "<name>PermissionSet</name>" in package
    assert (tmp_path / "permissionsets" / f"{SET}.permissionset").exists()


def test_it_is_deployed_and_the_commands_of_its_readme_do_the_rest(
    project: Path, env: dict[str, str], org: Org, people: list[str]
) -> None:
    deploy, *rest = commands_of(project)
    assert len(rest) == 2
    for block in (deploy, *rest):
        done = subprocess.run(
            ["sh", "-eu", "-c", block],
            cwd=project,
            env=env,
            capture_output=True,
            text=True,
            timeout=4 * PATIENCE,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    (made,) = org.find("PermissionSet", Name=SET)
    assert (made["Label"], made["Description"]) == (LABEL, 'Holds "nothing" & opens the app.')
    users = {each["Id"]: each["Username"] for each in org.rows("User")}
    holders = [
        users[each["AssigneeId"]] for each in org.find("PermissionSetAssignment", PermissionSetId=made["Id"])
    ]
    assert sorted(holders) == sorted(people)
    (packaged,) = org.find("PermissionSet", Name="ExactTarget_Integration")
    assert people[0] in [
        users[each["AssigneeId"]]
        for each in org.find("PermissionSetAssignment", PermissionSetId=packaged["Id"])
    ]
    (granted,) = org.find("SetupEntityAccess", ParentId=made["Id"])
    app = org.get(granted["SetupEntityId"])
    assert app
    assert app["Name"] == "Salesforce Marketing Cloud"


def test_a_source_that_is_wrong_is_refused_and_nothing_is_made(
    project: Path, env: dict[str, str], org: Org, tmp_path: Path
) -> None:
    wrong = tmp_path / "force-app" / "main" / "default" / "permissionsets" / "No_Label.permissionset-meta.xml"
    wrong.parent.mkdir(parents=True)
    wrong.write_text(sfdx.XML.format(label="", description=""))
    (tmp_path / sfdx.PROJECT).write_text(sfdx.project())
    command = [*node_program("sf"), "project", "deploy", "start", "--source-dir", "force-app"]
    done = subprocess.run(
        [*command, "--target-org", env["ORG"], "--json"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    (failure,) = json.loads(done.stdout)["result"]["details"]["componentFailures"]
    assert failure["problem"] == "Required field is missing: label"
    assert org.find("PermissionSet", Name="No_Label") == []
