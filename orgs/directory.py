"""The people of an org, kept in our database so that thousands of them can be searched.

Read by a job, page by page; deleted when the org is disconnected. Only the fields that
the guide names are read, of people who use Salesforce itself (UserType Standard).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from orgs.models import Connection, Org, OrgUser
from orgs.pasted.ids import USER_ID, whole_id
from orgs.pasted.lines import SEPARATORS
from orgs.pasted.spelling import other_spellings, spellings_of
from orgs.plain_text import plain
from orgs.salesforce.answers import beginning_again
from orgs.salesforce.client import Client
from orgs.salesforce.errors import NeedsReconnecting, Refused
from orgs.salesforce.hidden_fields import to_leave_out
from orgs.salesforce.soql import Names, soql

_FIELDS = ["name", "other_spellings", "username", "email", "profile", "licence", "active", "seen_at"]
#: What is read of each person; `orgs.disclosure` tells a client's IT team.
READ_FIELDS = ("Id", "Name", "Username", "Email", "Profile.Name", "Profile.UserLicense.Name", "IsActive")
#: Those that an org may hide from whoever connected it: people are read without them then.
OPTIONAL_FIELDS = ("Email", "Profile.Name", "Profile.UserLicense.Name")
OF_ADDRESS = re.compile(r"[@.]")  # what is typed with one of these is looked for in whole addresses
FEWEST_LETTERS = 3
BEGINS_A_PART = "([^@[:space:]]*[^@[:space:][:alnum:]])?"
HIDDEN = "people_without"  # in an org's `known`: which of them it hid at the last reading


def refresh(org: Org, client: Client, on_page: Callable[[int], None] | None = None) -> int:
    """Read everybody; returns how many. `on_page` is told the count so far after each page.

    A reader that stops half-way removes nobody: only a complete one knows who vanished.
    """
    started = timezone.now()
    hidden: list[str] = []

    def read() -> int:
        """From the beginning; who was read already is only written once more."""
        seen = 0
        for page in client.iter_pages(_query(hidden)):
            _store(org, page, started)
            seen += len(page)
            if on_page:
                on_page(seen)
        return seen

    while True:
        try:
            seen = beginning_again(read)
            break
        except Refused as refusal:
            left = [each for each in OPTIONAL_FIELDS if each not in hidden]
            found = to_leave_out(refusal, left)
            if not found:
                raise
            hidden += found
    OrgUser.objects.filter(org=org, seen_at__lt=started).delete()
    _note_hidden(org, hidden)
    return seen


def _query(hidden: Sequence[str]) -> str:
    fields = Names([each for each in READ_FIELDS if each not in hidden])
    return soql(
        "SELECT {fields} FROM User WHERE UserType = {kind} ORDER BY Id", fields=fields, kind="Standard"
    )


def hidden_fields(org: Org) -> list[str]:
    """Which of the optional fields the org hid when its people were read last."""
    return [each for each in OPTIONAL_FIELDS if each in org.known.get(HIDDEN, ())]


def _note_hidden(org: Org, hidden: Sequence[str]) -> None:
    if org.known.get(HIDDEN, []) != list(hidden):
        org.known = {**org.known, HIDDEN: list(hidden)}
        org.save(update_fields=["known"])


@transaction.atomic
def _store(org: Org, page: Iterable[Mapping[str, object]], now: datetime) -> None:
    # The lock makes a disconnect wait for this page or this page see the disconnect: no
    # people are left behind either way.
    connection = Connection.objects.select_for_update(of=("self",), no_key=True).filter(org=org).first()
    if connection is None or not connection.is_connected:
        raise NeedsReconnecting("DISCONNECTED", "The org was disconnected while its people were read.")
    OrgUser.objects.bulk_create(
        [_row(org, raw, now) for raw in page],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["org", "user_id"],
        update_fields=_FIELDS,
    )


def _row(org: Org, raw: Mapping[str, Any], now: datetime) -> OrgUser:
    profile = raw.get("Profile") or {}
    licence = profile.get("UserLicense") or {}
    name = raw.get("Name") or raw["Username"]
    return OrgUser(
        org=org,
        user_id=raw["Id"],
        name=name,
        other_spellings=other_spellings(name),
        username=raw["Username"],
        email=raw.get("Email") or "",
        profile=profile.get("Name") or "",
        licence=licence.get("Name") or "",
        active=bool(raw["IsActive"]),
        seen_at=now,
    )


def search(org: Org, text: str, limit: int = 20, *, active_only: bool = True) -> list[OrgUser]:
    """People whose name, username or e-mail holds every word of `text`, or whose id stands in it."""
    people = _people(org, active_only)
    if ids := USER_ID.findall(unquote(text)):
        return list(people.filter(user_id__in=[whole_id(each) for each in ids])[:limit])
    words = _words(text)
    if text.strip() and not words:
        return []
    for word in words[:8]:
        people = people.filter(_holds(word))
    return list(people[:limit])


def _words(text: str) -> list[str]:
    """Without what stands around names and addresses in the places that they are copied from."""
    words = (word.strip(f"<>()[]\"'{SEPARATORS}") for word in text.lower().replace("mailto:", " ").split())
    return [word for word in words if plain(word)]


def _holds(word: str) -> Q:
    """Whether a person is written so, or in another way; who was read long ago has no other spellings."""
    found = Q()
    for spelling in {word, plain(word), *spellings_of(word)}:
        if OF_ADDRESS.search(spelling):
            found |= Q(search_text__contains=spelling)
        else:
            pattern = _in_a_name(spelling)
            found |= Q(search_text__regex=pattern) | Q(other_spellings__regex=pattern)
    return found


def _in_a_name(part: str) -> str:
    """A pattern of PostgreSQL: in a name, or in an address before its @: all of an org share what follows.

    One or two letters are in nearly every name: they are the beginning of a part of it.
    """
    before = BEGINS_A_PART if part.isascii() and len(part) < FEWEST_LETTERS else "[^@[:space:]]*"
    return f"(^|[[:space:]]){before}{re.escape(part)}"


def names_of(org_id: uuid.UUID, user_ids: Iterable[str]) -> dict[str, str]:
    """User id -> "Name (username)", of those whom we know."""
    people = OrgUser.objects.filter(org_id=org_id, user_id__in=list(user_ids))
    return {person.user_id: str(person) for person in people.only("user_id", "name", "username")}


def with_profile(org: Org, profile: str) -> list[OrgUser]:
    """Every active person who has this profile."""
    return list(_people(org).filter(profile=profile))


def profiles(org: Org) -> list[tuple[str, int]]:
    """The profiles of active people, with how many have each."""
    rows = _people(org).order_by("profile").values_list("profile").annotate(Count("pk"))
    return [(name, count) for name, count in rows if name]


def _people(org: Org, active_only: bool = True) -> QuerySet[OrgUser]:
    people = OrgUser.objects.filter(org=org)
    return people.filter(active=True) if active_only else people
