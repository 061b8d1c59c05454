"""Which setup is meant by what somebody typed for an org."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from cli.answers import Org, Setup
from cli.ends import End, Failure
from cli.say import clean
from cli.server import Server

MOST_NAMED = 10  # of those that could be meant


def setup_of(server: Server, typed: str) -> Setup:
    """The setup of this org that is under way, else the newest: by the org's name, its id, or the setup's."""
    if is_uuid(typed):
        return cast(Setup, server.get(f"setups/{typed}"))
    found = [cast(Setup, each) for each in server.every("setups", q=typed[:100])]
    fits = [each for each in found if is_called(typed, each["org"]["name"], each["org"]["salesforce_id"])]
    if len({each["org"]["id"] for each in fits}) > 1:
        raise _several(typed, [f"{each['org']['name']}  {_id_of(each)}" for each in fits])
    if not fits:
        raise _nothing(typed, [each["org"]["name"] for each in found])
    return next((each for each in fits if not each["handed_over_at"]), fits[0])


def org_of(server: Server, typed: str) -> Org | None:
    """An org that somebody has signed in to, by its name or id."""
    rows = [cast(Org, each) for each in server.every("orgs")]
    fits = [
        each for each in rows if typed == each["id"] or is_called(typed, each["name"], each["salesforce_id"])
    ]
    if len(fits) > 1:
        raise _several(typed, [f"{each['name']}  {each['salesforce_id']}" for each in fits])
    return fits[0] if fits else None


def is_called(typed: str, name: str, salesforce_id: str) -> bool:
    """Names as people type them; ids of 15 or 18 letters, of which the last three are a check."""
    wanted = typed.strip()
    return wanted.casefold() == clean(name).casefold() or (
        len(wanted) in (15, 18) and bool(salesforce_id) and wanted[:15] == salesforce_id[:15]
    )


def is_uuid(typed: str) -> bool:
    try:
        UUID(typed)
    except ValueError:
        return False
    return True


def _id_of(setup: Setup) -> str:
    return setup["org"]["salesforce_id"] or setup["id"]


def _several(typed: str, rows: Sequence[str]) -> Failure:
    return Failure(End.NOT_FOUND, _told(f"Several orgs are called {typed!r}. Name one by its id:", rows))


def _nothing(typed: str, names: Sequence[str]) -> Failure:
    if not names:
        return Failure(
            End.NOT_FOUND, f"There is no setup of an org {typed!r}. `connect-guide orgs` lists them."
        )
    return Failure(End.NOT_FOUND, _told(f"No org is called {typed!r}. Did you mean:", sorted(set(names))))


def _told(first: str, rows: Sequence[str]) -> str:
    more = [f"  and {len(rows) - MOST_NAMED} more"] if len(rows) > MOST_NAMED else []
    return "\n".join([first, *(f"  {clean(row)}" for row in rows[:MOST_NAMED]), *more])
