"""What was made, as Salesforce DX source and a README of what is no metadata. Pure: writes nothing."""

from __future__ import annotations

import json
import shlex
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from xml.sax.saxutils import escape

from cli.answers import Made, MadeRow
from cli.say import clean

PROJECT = "sfdx-project.json"
PACKAGE = "force-app"
FOLDER = "connect-guide"
API_VERSION = "66.0"
SET, ASSIGN, GRANT = "create_permission_set", "assign", "grant_app"  # kinds of change of our guide
#: Metadata API Developer Guide, "PermissionSet": a label is needed, and nothing else of an empty set.
XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata">
    <description>{description}</description>
    <hasActivationRequired>false</hasActivationRequired>
    <label>{label}</label>
</PermissionSet>
"""
FIND_SET = "SELECT Id FROM PermissionSet WHERE Name = {name} AND NamespacePrefix = null"
FIND_APP = "SELECT Id FROM ConnectedApplication WHERE Name = {name}"
README = """\
# What Connect Guide made in {org}

The permission sets are metadata, in `{package}`. Deploy them first:

```sh
sf project deploy start --source-dir {package} --target-org "$ORG"
```

`ORG` is the alias or the username of the org that `sf` is signed in to.

What follows is no metadata, so no deployment makes it. A command that finds something there already
says so; that is no failure.

## Who has which permission set
{assignments}
## Which app a permission set opens
{access}
## Only by hand

The policies of the connected app, and the connection itself in the Marketing Cloud tab. `connect-guide
status` tells whether they are right.
"""


def project() -> str:
    told = {"packageDirectories": [{"path": PACKAGE, "default": True}], "sourceApiVersion": API_VERSION}
    return json.dumps(told, indent=2) + "\n"


def files_of(made: Made, package: str) -> dict[Path, str]:
    """Path within the project -> what is in it."""
    sets = PurePosixPath(package, "main", "default", "permissionsets")
    files = {
        Path(sets, f"{row['data']['name']}.permissionset-meta.xml"): _xml(row) for row in _of_kind(made, SET)
    }
    files[Path(FOLDER, "README.md")] = README.format(
        org=clean(made["org"]["name"]),
        package=package,
        assignments=_assignments(_of_kind(made, ASSIGN)),
        access=_access(_of_kind(made, GRANT)),
    )
    return files


def _of_kind(made: Made, kind: str) -> list[MadeRow]:
    return [row for row in made["items"] if row["kind"] == kind]


def _xml(row: MadeRow) -> str:
    data = row["data"]
    return XML.format(description=escape(data.get("description", "")), label=escape(data["label"]))


def _assignments(rows: Iterable[MadeRow]) -> str:
    """One command for each set; whoever has no known username is named by id."""
    people: dict[str, list[str]] = defaultdict(list)
    unknown: list[str] = []
    for row in rows:
        name = row["data"]["set_name"]
        full = f"{row['data']['namespace']}__{name}" if row["data"].get("namespace") else name
        if row["username"]:
            people[full].append(row["username"])
        else:
            unknown.append(f"- {clean(row['what'])} (user id `{row['data']['user_id']}`)")
    commands = [_assign(name, names) for name, names in people.items()]
    said = ["", "Usernames are unique in all of Salesforce: in another org they are other ones.", ""]
    if commands:
        said += ["```sh", *commands, "```", ""]
    if unknown:
        said += ["Of these the username is not known any more:", "", *unknown, ""]
    return "\n".join(said if commands or unknown else ["", "Nobody.", ""])


def _assign(name: str, usernames: Iterable[str]) -> str:
    to = "".join(f" \\\n  --on-behalf-of {shlex.quote(clean(each))}" for each in usernames)
    return f'sf org assign permset --target-org "$ORG" --name {shlex.quote(name)}{to}'


def _access(rows: Iterable[MadeRow]) -> str:
    blocks = [_grant(row["data"]["set_name"], row["names"].get("app", "")) for row in rows]
    return "\n".join(["", *blocks]) if blocks else "\nNone.\n"


def _grant(set_name: str, app: str) -> str:
    """Ids differ from org to org; an app has one where it is installed."""
    return "\n".join(
        [
            "```sh",
            f"SET=$({_query(FIND_SET, set_name)})",
            f"APP=$({_query(FIND_APP, clean(app))})",
            'sf data create record --target-org "$ORG" --sobject SetupEntityAccess \\',
            '  --values "ParentId=$SET SetupEntityId=$APP"',
            "```",
            "",
        ]
    )


def _query(soql: str, name: str) -> str:
    soql = soql.format(name=_quoted(name))
    return f'sf data query --target-org "$ORG" --result-format csv --query {shlex.quote(soql)} | sed -n 2p'


def _quoted(text: str) -> str:
    """A SOQL string (SOQL and SOSL Reference, "Quoted String Escape Sequences")."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
