"""What a person or a program may do: each act with its permission, and why one was not done.

An act is the one way to its change, from a page, from the API or from a command. What it is about was
given to its person by `teams.access.fetch_for`, and is asked again whether that person may do this with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, Generic, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model

from teams.access import Action, require
from teams.models import Role, User

About = TypeVar("About", bound=Model)
P = ParamSpec("P")
R = TypeVar("R")


class NotDone(Exception):
    """Nothing was changed, for a reason that has a code; the rooms above have its words."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Permitted:
    """What is known of an act before it is done."""

    name: str
    needs: Action
    lets_guests_in: bool


@dataclass(frozen=True)
class Act(Permitted, Generic[About, P, R]):
    """`act(about, person, ...)` does it for this person; `unchecked` is for what the app does by itself."""

    unchecked: Callable[Concatenate[About, User, P], R]

    def __call__(self, about: About, person: User, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if require(person, self.needs, about) is Role.GUEST and not self.lets_guests_in:
            raise PermissionDenied
        return self.unchecked(about, person, *args, **kwargs)


#: Every act by its name.
ACTS: dict[str, Permitted] = {}


def act(
    needs: Action, *, guests: bool = False
) -> Callable[[Callable[Concatenate[About, User, P], R]], Act[About, P, R]]:
    """Make an act of a function; `guests`: those of a setup too, in the stages that were sent to them."""

    def made(function: Callable[Concatenate[About, User, P], R]) -> Act[About, P, R]:
        name = function.__name__
        if name in ACTS:
            raise ValueError(f"There are two acts called {name}")
        found = Act(name, needs, guests, function)
        ACTS[name] = found
        return found

    return made
