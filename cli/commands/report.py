"""The handover report as a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from cli import say
from cli.context import Context
from cli.ends import End, Failure
from cli.find import setup_of
from cli.server import Server

KINDS = click.Choice(["html", "csv", "json", "pdf"])


@click.command()
@click.argument("org")
@click.option("--format", "kind", type=KINDS, required=True, help="Of the file.")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="A file (else stdout).")
@click.pass_obj
def report(context: Context, org: str, kind: str, output: Path | None) -> None:
    """Write ORG's report: each line of Salesforce's page with its status and proof."""
    server = context.server
    body = _body(server, setup_of(server, org)["id"], kind)
    stdout = sys.stdout.buffer
    if output is None and kind == "pdf" and stdout.isatty():
        raise click.UsageError("A PDF is not for the terminal: name a file with --output.")
    if output is None:
        stdout.write(body)
        stdout.flush()
        return
    write(output, body)
    say.aside(f"Wrote {output}")


def _body(server: Server, setup_id: str, kind: str) -> bytes:
    if kind != "json":
        return server.file(f"setups/{setup_id}/report.{kind}")
    return (json.dumps(server.get(f"setups/{setup_id}/report"), indent=2, ensure_ascii=False) + "\n").encode()


def write(path: Path, body: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    except OSError as problem:
        raise Failure(End.NOT_ALL_DONE, f"{path} cannot be written: {problem.strerror}.") from problem
