"""Who is probably meant, so that most choices of people are one click and not a search."""

from __future__ import annotations

from orgs import directory
from orgs.models import Org, OrgUser
from wizard.guides.base import Input

SHOW_PEOPLE = 3
SHOW_PROFILES = 3


def people(org: Org, asked: Input) -> tuple[OrgUser, ...]:
    """Active people whose name, username or e-mail holds the guide's words, the likeliest word first."""
    found: dict[str, OrgUser] = {}
    for words in asked.suggest:
        for person in directory.search(org, words, SHOW_PEOPLE):
            found.setdefault(person.user_id, person)
    return tuple(found.values())[:SHOW_PEOPLE]


def profiles(org: Org, asked: Input, wished: object = "") -> tuple[tuple[str, int], ...]:
    """Profiles of the org with how many active people have them: the one that was wished beforehand,
    those with the guide's words, then the ones that most people have."""

    def rank(profile: tuple[str, int]) -> tuple[bool, bool, int]:
        name, count = profile
        return name != wished, not any(words in name.lower() for words in asked.suggest), -count

    return tuple(sorted(directory.profiles(org), key=rank)[:SHOW_PROFILES])
