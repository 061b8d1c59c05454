"""The command `connect-guide`."""

from __future__ import annotations

import sys

import click

from cli.commands import apply, export, importing, link, login, orgs, plan, report, status, watch
from cli.commands.completion import completion
from cli.context import SERVER, Context
from cli.ends import End, Failure
from cli.say import aside

NAME = "connect-guide"


@click.group(name=NAME, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--server", default="", envvar=SERVER, metavar="URL", help="The server, if not the last login's."
)
@click.option(
    "--local", is_flag=True, help="Without a server: by the database of this machine's installation."
)
@click.option("--as", "person", default="", metavar="EMAIL", help="With --local: whose rights and name.")
@click.pass_context
def cli(ctx: click.Context, server: str, local: bool, person: str) -> None:
    """Set up and check Marketing Cloud Connect in client orgs, from a terminal or a pipeline.

    An ORG is named by its name, its id in Salesforce, or the id of its setup. Exit codes: see
    docs/command-line.md.
    """
    if local != bool(person) or (local and server):
        raise click.UsageError("Write --local --as EMAIL together, and no --server with them.")
    ctx.obj = Context(server, local, person)


for command in (
    login.login,
    login.logout,
    orgs.orgs,
    status.status,
    plan.plan,
    apply.apply,
    report.report,
    link.link,
    watch.watch,
    export.export,
    importing.import_file,
    completion,
):
    cli.add_command(command)


def main() -> None:
    """Ends with one of `cli.ends.End`."""
    try:
        ended = cli.main(prog_name=NAME, standalone_mode=False)
    except click.Abort:
        aside("Stopped. What the server has begun goes on there.")
        sys.exit(int(End.STOPPED))
    except Failure as failure:
        aside(f"Error: {failure.message}")
        sys.exit(int(failure.end))
    except click.ClickException as failure:
        failure.show()
        sys.exit(failure.exit_code)
    sys.exit(ended if isinstance(ended, int) else int(End.DONE))
