"""What was made, for a version control and another org."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import click

from cli import say, sfdx
from cli.answers import Made
from cli.commands.report import write
from cli.context import Context
from cli.ends import End, Failure
from cli.find import setup_of


@click.command()
@click.argument("org")
@click.option(
    "--sfdx",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="A Salesforce DX project; what is missing of it is made.",
)
@click.option("--force", is_flag=True, help="Write over files there that say something else.")
@click.pass_obj
def export(context: Context, org: str, folder: Path, force: bool) -> int:
    """Write what was made in ORG as Salesforce DX source, with a README of what is no metadata."""
    server = context.server
    setup = setup_of(server, org)
    made = cast(Made, server.get(f"setups/{setup['id']}/made"))
    choices = server.get(f"setups/{setup['id']}/choices")["choices"]
    if not made["items"]:
        raise Failure(End.NOT_FOUND, "We made nothing in this org that is still there: nothing to export.")
    files = sfdx.files_of(made, _package_of(folder))
    again = {"org": made["org"]["name"], "choices": choices}
    files[Path(sfdx.FOLDER, "choices.json")] = json.dumps(again, indent=2, ensure_ascii=False) + "\n"
    if not (folder / sfdx.PROJECT).exists():
        files[Path(sfdx.PROJECT)] = sfdx.project()
    _refuse_others(folder, files, force=force)
    for path, text in files.items():
        write(folder / path, text.encode())
        say.line(str(folder / path))
    return int(End.DONE)


def _package_of(folder: Path) -> str:
    """Where the project that is there already keeps its source."""
    project = folder / sfdx.PROJECT
    if not project.exists():
        return sfdx.PACKAGE
    try:
        packages = json.loads(project.read_text(encoding="utf-8"))["packageDirectories"]
        default = next((each for each in packages if each.get("default")), packages[0])
        found = Path(str(default["path"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as problem:
        raise Failure(
            End.NOT_ALL_DONE, f"{project} names no package directory: is it a project?"
        ) from problem
    if found.is_absolute() or ".." in found.parts:
        raise Failure(End.NOT_ALL_DONE, f"{project} names a package directory outside of it: {found}")
    return str(found)


def _refuse_others(folder: Path, files: dict[Path, str], *, force: bool) -> None:
    def differs(path: Path) -> bool:
        there = folder / path
        return there.exists() and there.read_bytes() != files[path].encode()

    others = [str(folder / path) for path in files if differs(path)]
    if others and not force:
        raise Failure(
            End.NOT_AS_THINGS_STAND,
            "\n".join(["Nothing was written: these say something else. --force writes over them.", *others]),
        )
