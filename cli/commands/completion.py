"""What a shell reads to complete this command."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

CLASSES = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(list(CLASSES)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what SHELL needs to complete commands and options: see docs/command-line.md."""
    root = ctx.find_root()
    made = CLASSES[shell]
    click.echo(made(root.command, {}, root.info_name or "", "_CONNECT_GUIDE_COMPLETE").source())
