"""Forgetting a person who asks for it: what names them goes, what was done stays, the chain holds.

Each room registers what it forgets. The database lets personal parts go only in this transaction.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from teams import sessions
from teams.audit import words
from teams.audit.record import record
from teams.membership import members
from teams.models import ApiToken, Invitation, Membership, SetupGuest, User
from teams.models.audit import AuditPersonal

ERASED = "(erased)"  # in the database: the same for every reader
NOWHERE = "erased.invalid"


@dataclass(frozen=True)
class Names:
    """How a person is called in texts. A first name alone is erased only where it is all there is."""

    whole: tuple[str, ...]
    within: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Names:
        found = tuple(dict.fromkeys(text for text in texts if text.strip() and text != ERASED))
        return cls(found, tuple(text for text in found if "@" in text or " " in text.strip()))

    def erased(self, value: object) -> object:
        """The value without them, however deep they are."""
        if isinstance(value, Mapping):
            return {key: self.erased(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.erased(each) for each in value]
        if not isinstance(value, str):
            return value
        if value.casefold() in {text.casefold() for text in self.whole}:
            return ERASED
        for text in self.within:
            value = re.sub(re.escape(text), ERASED, value, flags=re.IGNORECASE)
        return value

    def in_column(self, name: str) -> Q:
        """Rows whose text may hold one of them, also inside JSON: looked at closely afterwards."""
        found = Q(pk=None)
        for form in {form for text in self.whole for form in (text, _in_json(text))}:
            found |= Q(**{f"{name}__icontains": form})
        return found


def _in_json(text: str) -> str:
    """With quotes and backslashes as JSON writes them; PostgreSQL and we leave other letters as they are."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


Forget = Callable[[User, Names], None]
_rooms: list[Forget] = []


def register(forget: Forget) -> None:
    _rooms.append(forget)


@transaction.atomic
def shred(user: User) -> int:
    """How many entries name nobody any more. Raises `members.LastOwner`."""
    allow_erasing()
    addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    names = Names.of([user.name, user.email, *addresses, *_called_earlier(user)])
    teams = _teams_of(user)
    for membership in Membership.objects.filter(user=user).select_related("user"):
        members.remove(membership, via="command")
    for forget in _rooms:
        forget(user, names)
    count, mentions = _erase_entries(user, names)
    _erase_account(user, names)
    for team in teams or [None]:
        data = {"people": [user.pk], "entries": mentions, "count": count, "via": "command"}
        record("teams.shredded", team=team, data=data)
    return count


def _called_earlier(user: User) -> Iterator[str]:
    """Their own entries tell: others may have mentioned them by a name or an address of then."""
    for role in ("actor", "about"):
        parts = AuditPersonal.objects.filter(**{f"entry__{role}_id": user.pk}).values_list(
            "entry__kind", "data"
        )
        for kind, text in parts.iterator(500):
            said = json.loads(text)
            keys = [role, f"{role}_email", *(("from", "to") if kind == "teams.email_changed" else ())]
            yield from (said[key] for key in keys if said.get(key))


def allow_erasing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL connect_guide.shredding = 'on'")


def _teams_of(user: User) -> list[uuid.UUID | None]:
    member = Membership.objects.filter(user=user).values_list("team_id", flat=True)
    guest = SetupGuest.objects.filter(user=user).values_list("team_id", flat=True)
    return list(dict.fromkeys([*member, *guest]))


def _erase_entries(user: User, names: Names) -> tuple[int, list[int]]:
    """Those that the person made, those that are about them, and those that mention them."""
    parts = AuditPersonal.objects
    own, _ = parts.filter(Q(entry__actor_id=user.pk) | Q(entry__about_id=user.pk)).delete()
    said = ((part.pk, _said(part)) for part in _mentioning(names))
    mentions = [pk for pk, told in said if names.erased(told) != told]
    parts.filter(pk__in=mentions).delete()
    return own + len(mentions), mentions


def _mentioning(names: Names) -> Iterable[AuditPersonal]:
    found: QuerySet[AuditPersonal] = AuditPersonal.objects.filter(names.in_column("data"))
    return found.select_related("entry").iterator(500)


def _said(part: AuditPersonal) -> dict[str, object]:
    part.entry.personal = part
    return words.personal_of(part.entry)


def _erase_account(user: User, names: Names) -> None:
    """The row stays, so that what was done still has somebody who did it."""
    sessions.end_all(user)
    ApiToken.objects.filter(user=user).delete()
    for kept in (EmailAddress, Authenticator, SocialAccount):
        kept.objects.filter(user=user).delete()
    invitations = Invitation.objects.filter(
        Q(email__in=[each.lower() for each in names.whole]) | Q(accepted_by=user)
    )
    for invitation in invitations:
        invitation.email = f"{invitation.pk}@{NOWHERE}"
        invitation.save(update_fields=["email"])
    user.name, user.email, user.is_active = ERASED, f"{uuid.uuid4()}@{NOWHERE}", False
    user.set_unusable_password()
    user.last_login = None
    user.save()
