"""Codes, grants and refresh tokens: what sign-in keeps in `World.extra`, and how it ends.

A grant is one person's approval of the app; every token made from it carries its key (`chain`).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from simulator.clock import parse, stamp
from simulator.org.store import Org
from simulator.web.browser import new_token_value
from simulator.world import Token, World

REQUEST_LIFE = timedelta(minutes=30)


def shelf(world: World, name: str) -> dict[str, Any]:
    """One of our dictionaries: codes, requests, refresh_tokens, by their secret value."""
    found: dict[str, Any] = world.extra.setdefault(name, {})
    world.changed = True
    return found


def put(world: World, name: str, key: str, life: timedelta | None, **values: Any) -> None:
    end = stamp(world.clock.now() + life) if life is not None else None
    if life is not None:
        _sweep(world, name)
    shelf(world, name)[key] = values | {"ends": end}


def _sweep(world: World, name: str) -> None:
    """Abandoned codes and requests don't pile up; a day is long enough to answer "expired"."""
    past = world.clock.now() - timedelta(days=1)
    kept = shelf(world, name)
    for key in [key for key, each in kept.items() if each["ends"] and parse(each["ends"]) < past]:
        del kept[key]


def over(world: World, entry: dict[str, Any]) -> bool:
    return bool(entry["ends"]) and parse(entry["ends"]) <= world.clock.now()


def new_access_token(
    world: World, org: Org, user_id: str, scopes: list[str], chain: str, client_id: str
) -> str:
    value = new_token_value(org)
    now = world.clock.now()
    ends = now + timedelta(seconds=org.switches.access_token_seconds)
    world.tokens[value] = Token(
        value, org.id, user_id, ends, tuple(scopes), client_id, chain, issued=int(now.timestamp())
    )
    world.changed = True
    return value


def new_refresh_token(world: World, grant: dict[str, Any]) -> str:
    value = "5Aep" + secrets.token_urlsafe(48).replace("-", ".")
    put(world, "refresh_tokens", value, None, used=False, **grant)
    return value


def end_chain(world: World, chain: str) -> None:
    """A grant is over: its access tokens stop working at once, its refresh tokens are unknown."""
    for value in [value for value, token in world.tokens.items() if chain and token.chain == chain]:
        del world.tokens[value]
    tokens = shelf(world, "refresh_tokens")
    for value in [value for value, each in tokens.items() if each["chain"] == chain]:
        del tokens[value]


def end_chains_of(
    world: World, org: Org, *, client_id: str | None, user_id: str | None = None, access_only: bool = False
) -> int:
    """End every grant of an app (None: of all) in an org (of one person); how many tokens ended."""

    def is_meant(org_id: str, client: str, user: str) -> bool:
        return org_id == org.id and client_id in (None, client) and user_id in (None, user)

    before = len(world.tokens) + len(shelf(world, "refresh_tokens"))
    for value, token in list(world.tokens.items()):
        if is_meant(token.org_id, token.client_id, token.user_id):
            del world.tokens[value]
    tokens = shelf(world, "refresh_tokens")
    for value, each in list(tokens.items()):
        if is_meant(each["org_id"], each["client_id"], each["user_id"]) and not access_only:
            del tokens[value]
    return before - len(world.tokens) - len(tokens)
