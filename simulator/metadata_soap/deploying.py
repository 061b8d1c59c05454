"""deploy and checkDeployStatus, of permission sets that hold no permissions; no more is modelled.

Metadata API Developer Guide, "deploy()", "DeployResult", "PermissionSet"; the elements and their order as in
the Metadata WSDL. A deployment is over at once here: the first look at it finds it done.
"""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from simulator.errors import ApiError
from simulator.ids import make_id
from simulator.metadata_soap.safe_xml import BadXml, child, local, parse, texts
from simulator.metadata_soap.write_xml import element
from simulator.org.store import Org, Record

DEPLOYMENTS = "deployments"  # in an org's `extra`, by id
FOLDER, SUFFIX = "permissionsets", ".permissionset"
#: Element of the file -> field of the row.
FIELDS = {"description": "Description", "label": "Label"}
ALSO_KNOWN = {"hasActivationRequired": "false"}  # may stand there with this value
_MOST_FILES, _MOST_BYTES = 100, 200_000


class NotDeployed(Exception):
    """Why a component was refused."""


def deploy(org: Org, user_id: str, operation: Element) -> str:
    options = child(operation, "DeployOptions")
    check_only = options is not None and texts(options, "checkOnly") == ["true"]
    known = org.extra.setdefault(DEPLOYMENTS, {})
    deployment = make_id("0Af", org.id[3:5], len(known) + 1)
    messages = _messages(
        org, user_id, _files((texts(operation, "ZipFile") or [""])[0]), check_only=check_only
    )
    known[deployment] = _result(org, user_id, deployment, messages, check_only=check_only)
    return element("result", {"done": False, "id": deployment, "state": "Queued"})


def check_status(org: Org, _user_id: str, operation: Element) -> str:
    asked = (texts(operation, "asyncProcessId") or [""])[0]
    found = org.extra.get(DEPLOYMENTS, {}).get(asked)
    if found is None:
        raise ApiError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    details = found if texts(operation, "includeDetails") == ["true"] else {**found, "details": None}
    return element("result", details)


def _files(encoded: str) -> dict[str, bytes]:
    """Path below the package's root -> content."""
    try:
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(encoded, validate=False))) as packed:
            entries = [each for each in packed.infolist() if not each.is_dir()]
            if len(entries) > _MOST_FILES or sum(each.file_size for each in entries) > _MOST_BYTES:
                raise BadXml("the package is too large")
            found = {each.filename: packed.read(each) for each in entries}
    except (binascii.Error, zipfile.BadZipFile) as problem:
        raise BadXml("ZipFile is no package") from problem
    root = next((name.removesuffix("package.xml") for name in found if name.endswith("package.xml")), None)
    if root is None:
        raise BadXml("No package.xml found")
    return {name.removeprefix(root): raw for name, raw in found.items() if not name.endswith("package.xml")}


def _messages(
    org: Org, user_id: str, files: Mapping[str, bytes], *, check_only: bool
) -> list[dict[str, object]]:
    """One for each file. All is rolled back on an error, so a file that is wrong keeps all from the org."""
    read: list[tuple[str, str, Record | NotDeployed]] = []
    for name, raw in sorted(files.items()):
        full_name = PurePosixPath(name).name.removesuffix(SUFFIX)
        try:
            read.append((name, full_name, _values(name, full_name, raw)))
        except (NotDeployed, BadXml) as wrong:
            read.append((name, full_name, NotDeployed(str(wrong))))
    keep = not check_only and not any(isinstance(values, NotDeployed) for *_names, values in read)
    return [_message(org, user_id, *each, keep=keep) for each in read]


def _values(name: str, full_name: str, raw: bytes) -> Record:
    if PurePosixPath(name).parent.name != FOLDER or not name.endswith(SUFFIX):
        raise NotDeployed(f"{name} is not modelled by the stand-in, which takes permission sets only")
    root = parse(raw)
    if local(root) != "PermissionSet":
        raise NotDeployed(f"Element {local(root)} invalid at this location")
    values: Record = {"Name": full_name}
    for each in root:
        text = (each.text or "").strip()
        if field := FIELDS.get(local(each)):
            values[field] = text
        elif ALSO_KNOWN.get(local(each)) != text:
            raise NotDeployed(f"{local(each)} is not modelled by the stand-in")
    if not values.get("Label"):
        raise NotDeployed("Required field is missing: label")
    return values


def _message(
    org: Org, user_id: str, name: str, full_name: str, values: Record | NotDeployed, *, keep: bool
) -> dict[str, object]:
    there = [row for row in org.find("PermissionSet", Name=full_name) if not row.get("NamespacePrefix")]
    problem, row_id = (
        str(values) if isinstance(values, NotDeployed) else "",
        there[0]["Id"] if there else None,
    )
    if keep and not isinstance(values, NotDeployed):
        try:
            row_id = _written(org, user_id, values, row_id)
        except ApiError as refused:
            problem = refused.message
    return {
        "changed": not problem,
        "componentType": "PermissionSet",
        "created": not problem and not there,
        "createdDate": f"{org.clock.now():%Y-%m-%dT%H:%M:%S}.000Z",
        "deleted": False,
        "fileName": name,
        "fullName": full_name,
        "id": row_id,
        "problem": problem or None,
        "problemType": "Error" if problem else None,
        "success": not problem,
        "warning": False,
    }


def _written(org: Org, user_id: str, values: Record, row_id: str | None) -> str:
    if row_id is None:
        return org.insert("PermissionSet", values, user_id)
    org.update("PermissionSet", row_id, {key: values[key] for key in values if key != "Name"}, user_id)
    return row_id


def _result(
    org: Org, user_id: str, deployment: str, messages: list[dict[str, object]], *, check_only: bool
) -> dict[str, object]:
    bad = [each for each in messages if not each["success"]]
    now = f"{org.clock.now():%Y-%m-%dT%H:%M:%S}.000Z"
    user = org.get(user_id)
    return {
        "checkOnly": check_only,
        "completedDate": now,
        "createdBy": user_id,
        "createdByName": user["Name"] if user else "",
        "createdDate": now,
        "details": {"componentFailures": bad, "componentSuccesses": [e for e in messages if e["success"]]},
        "done": True,
        "id": deployment,
        "ignoreWarnings": False,
        "lastModifiedDate": now,
        "numberComponentErrors": len(bad),
        "numberComponentsDeployed": len(messages) - len(bad),
        "numberComponentsTotal": len(messages),
        "numberTestErrors": 0,
        "numberTestsCompleted": 0,
        "numberTestsTotal": 0,
        "rollbackOnError": True,
        "runTestsEnabled": False,
        "startDate": now,
        "status": "Failed" if bad else "Succeeded",
        "success": not bad,
    }
