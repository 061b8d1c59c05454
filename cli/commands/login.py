"""Keeping a key, and forgetting it."""

from __future__ import annotations

import os
import sys

import click

from cli import kept_keys, say
from cli.context import KEY, server_at
from cli.ends import End, Failure
from cli.server import address_of


@click.command()
@click.argument("url")
def login(url: str) -> None:
    """Keep a key for the server at URL.

    Make the key on your account page there, under "Keys for programs". It is asked for here, or read from
    standard input, never from the command line, where others could see it.
    """
    address = address_of(url)
    key = _asked_for(address)
    known = server_at(address, key).get("me")
    kept = kept_keys.read()
    kept.default, kept.keys[address] = address, key
    kept_keys.write(kept)
    may = "read and act" if known["token"]["scope"] == "act" else "read only"
    say.line(f"Logged in to {address} as {known['name']} ({may}, until {known['token']['expires_at'][:10]}).")
    if os.environ.get(KEY):
        say.aside(f"{KEY} is set, and goes before the key that was kept now.")


def _asked_for(address: str) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(f"Key for {address} (it is not shown)", hide_input=True)).strip()
    if key := sys.stdin.readline().strip():
        return key
    raise Failure(End.NOT_LET_IN, "No key came by standard input.")


@click.command()
@click.argument("url", required=False, default="")
def logout(url: str) -> None:
    """Forget the key for the server at URL (else the last login's). Revoke it on your account page."""
    kept = kept_keys.read()
    address = address_of(url) if url else kept.default
    if kept.keys.pop(address, None) is None:
        raise Failure(End.NOT_FOUND, f"No key is kept for {address or 'any server'}.")
    kept.default = "" if kept.default == address else kept.default
    kept_keys.write(kept)
    say.line(
        f"The key for {address} is forgotten here. It works until it is revoked at {address}/team/tokens/."
    )
