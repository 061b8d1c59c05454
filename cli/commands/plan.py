"""What would be changed."""

from __future__ import annotations

import shlex
from typing import cast

import click

from cli import say
from cli.answers import Plan, Setup
from cli.context import Context
from cli.find import setup_of


@click.command()
@click.argument("org")
@click.option("--stage", default="", help="Only this stage (else all that we can do).")
@click.option("--undo", is_flag=True, help="What would be taken back of what we made.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def plan(context: Context, org: str, stage: str, undo: bool, as_json: bool) -> None:
    """Show what `apply` would change in ORG, each person and permission set by name. Nothing is changed."""
    server = context.server
    setup = setup_of(server, org)
    found = cast(Plan, server.get(f"setups/{setup['id']}/{'undo-plan' if undo else 'plan'}", stage=stage))
    if as_json:
        say.as_json({"setup": setup["id"], "org": setup["org"], **found})
        return
    if not found["changes"]:
        say.line(_nothing(found))
        return
    for each in found["changes"]:
        say.line(f"  {say.clean(each['what'])}")
    say.line()
    say.line(f"{len(found['changes'])} changes. To make exactly these:")
    say.line(f"  {_next(setup, found, org, stage, undo)}")


def _nothing(found: Plan) -> str:
    """No stages: the org was never read, or the stage waits for another one."""
    return "There is nothing to change." if found["stages"] else "There is no plan yet: see `status`."


def _next(setup: Setup, found: Plan, org: str, stage: str, undo: bool) -> str:
    words = ["connect-guide", "apply", org, "--approve", found["fingerprint"]]
    words += ["--stage", stage] if stage else []
    words += ["--undo"] if undo else []
    words += ["--org-name", setup["org"]["name"]] if found["asks_for_org_name"] else []
    return shlex.join(words)
