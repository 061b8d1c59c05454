"""Which orgs there are."""

from __future__ import annotations

from typing import cast

import click

from cli import say
from cli.answers import Org, Setup
from cli.context import Context


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def orgs(context: Context, as_json: bool) -> None:
    """List client orgs with their newest setup."""
    server = context.server
    setups = [cast(Setup, each) for each in server.every("setups")]
    rows = [cast(Org, each) for each in server.every("orgs")]
    if as_json:
        say.as_json({"orgs": rows, "setups": setups})
        return
    newest = {each["org"]["id"]: each for each in reversed(setups)}
    known = [(each["name"], kind_of(each["sandbox"]), each["salesforce_id"], each["id"]) for each in rows]
    bound = {each["id"] for each in rows}
    waiting = [
        (each["org"]["name"], "no sign-in yet", each["id"], each["org"]["id"])
        for each in newest.values()
        if each["org"]["id"] not in bound
    ]
    if not (known or waiting):
        say.aside("There is no org yet.")
        return
    table = [[name, kind, named, _stands(newest.get(pk))] for name, kind, named, pk in [*known, *waiting]]
    say.table([["ORG", "KIND", "ID", "SETUP"], *table])


def _stands(setup: Setup | None) -> str:
    if setup is None:
        return "none"
    return f"{setup['state']}, {setup['stages_done']} of {setup['stages_total']} stages done"


def kind_of(sandbox: bool | None) -> str:
    return {True: "sandbox", False: "production", None: "not known"}[sandbox]
