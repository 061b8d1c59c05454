"""A client's link, also for a client whose org nobody has seen yet."""

from __future__ import annotations

from typing import cast

import click

from cli import say
from cli.answers import Setup
from cli.context import Context
from cli.ends import End, Failure
from cli.find import setup_of
from cli.server import Server

SIGN_IN = "sign_in"


@click.command()
@click.argument("org")
@click.option(
    "--stages", default=SIGN_IN, show_default=True, help="Keys of stages, with commas between them."
)
@click.option("--mail", "address", default="", metavar="ADDRESS", help="Mail it there (else it is printed).")
@click.option("--language", default="", help="Of the mail and the client's pages, such as de.")
@click.option("--new", is_flag=True, help="ORG is a new client: begin a setup that waits for their sign-in.")
@click.option("--team", default="", help="With --new: whose client, if you are in several teams.")
@click.pass_obj
def link(context: Context, org: str, stages: str, address: str, language: str, new: bool, team: str) -> None:
    """Make a link that lets ORG's admin into stages of its setup."""
    server = context.server
    setup = _begun(server, org, team) if new else setup_of(server, org)
    wanted = {"stages": [each.strip() for each in stages.split(",")], "email": address, "language": language}
    made = server.post(f"setups/{setup['id']}/links", wanted)
    until = str(made["expires_at"])[:10]
    if made["mailed_to"]:
        say.line(f"Mailed to {made['mailed_to']}, for {', '.join(made['stages']) or SIGN_IN}, until {until}.")
    else:
        say.line(made["link"])
        say.aside(f"It lets the first person in who opens it, until {until}. It is not shown again.")


def _begun(server: Server, name: str, team: str) -> Setup:
    """A second one of this name would be taken for the first one."""
    try:
        there = setup_of(server, name)
    except Failure as missing:
        if missing.end is not End.NOT_FOUND or missing.code:
            raise
    else:
        raise Failure(
            End.NOT_AS_THINGS_STAND, f"{there['org']['name']} has a setup already: leave --new out."
        )
    return cast(Setup, server.post(f"teams/{_team(server, team)}/begin", {"name": name}))


def _team(server: Server, wanted: str) -> str:
    teams = server.get("me")["teams"]
    fits = [each for each in teams if not wanted or each["name"].casefold() == wanted.casefold()]
    if len(fits) == 1:
        return str(fits[0]["id"])
    names = ", ".join(each["name"] for each in teams)
    raise Failure(End.NOT_FOUND, f"Name the team with --team: {names or 'you are in none'}.")
