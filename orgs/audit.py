"""What happens to connections, as entries of the audit trail. No token is ever in one."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from teams.audit.record import record
from teams.audit.words import Values
from teams.models import User

if TYPE_CHECKING:
    from orgs.models import Connection, Org, RegisteredApp, Revocation

EVERY_ORG = "*.salesforce.com"


def connected(org: Org, connection: Connection, person: User, *, again: bool) -> None:
    record(
        "orgs.reconnected" if again else "orgs.connected",
        actor=person,
        team=org.team_id,
        org=org.pk,
        data={"scopes": connection.scopes, "user_id": connection.user_id, "sandbox": org.is_sandbox},
        personal={"username": connection.username},
    )


def disconnected(connection: Connection, by: User | None) -> None:
    record(
        "orgs.disconnected",
        actor=by,
        about=connection.granted_by,
        team=connection.org.team_id,
        org=connection.org_id,
        data={"user_id": connection.user_id, "was": connection.state},
        personal={"username": connection.username},
    )


def revoked(revocation: Revocation) -> None:
    """Salesforce confirmed that a grant has ended."""
    _of_nobody("orgs.revoked", revocation)


def not_revoked(revocation: Revocation) -> None:
    """Salesforce never confirmed that a grant has ended, and we gave up."""
    _of_nobody("orgs.not_revoked", revocation)


def _of_nobody(kind: str, revocation: Revocation) -> None:
    """Salesforce's doing, so from no address; a grant that was never kept has no name."""
    kept = bool(revocation.username or revocation.asked_by_id)
    data = {"origin": revocation.origin, "attempts": revocation.attempts, "kept": kept}
    record(
        kind,
        about=revocation.granted_by,
        team=revocation.team_id,
        data=data,
        personal={"username": revocation.username} if revocation.username else None,
        unasked=True,
    )


def ended_by_hand(revocation: Revocation, by: User | None) -> None:
    """Somebody says that they ended it in the org."""
    record(
        "orgs.ended_by_hand",
        actor=by,
        about=revocation.granted_by,
        team=revocation.team_id,
        data={"origin": revocation.origin},
        personal={"username": revocation.username},
    )


def not_connected(person: User | AnonymousUser, code: str, *, team_id: str, org_id: str) -> None:
    """A sign-in at Salesforce that did not end in a connection."""
    org, team = (uuid.UUID(each) if each else None for each in (org_id, team_id))
    actor = person if isinstance(person, User) else None
    record("orgs.not_connected", actor=actor, team=team, org=org, data={"code": code})


def tested(person: User, team_id: uuid.UUID, org: Org | None, username: str) -> None:
    """A sign-in to see what an org answers; its grant is ended at once."""
    key = org.pk if org else None
    record("orgs.tested", actor=person, team=team_id, org=key, personal={"username": username})


def assumption_set(org: Org, by: User | None, name: str, value: str) -> None:
    kind = "orgs.assumption_set" if value else "orgs.assumption_forgotten"
    record(kind, actor=by, team=org.team_id, org=org.pk, data={"name": name, "value": value})


def app_set(app: RegisteredApp, by: User, *, replaced: bool) -> None:
    kind = "orgs.app_replaced" if replaced else "orgs.app_added"
    record(kind, actor=by, team=app.team_id, data={"place": app.host or EVERY_ORG})


def app_removed(app: RegisteredApp, by: User) -> None:
    record("orgs.app_removed", actor=by, team=app.team_id, data={"place": app.host or EVERY_ORG})


def keys_rotated(done: int, factors: int, unreadable: int) -> None:
    data = {"secrets": done, "factors": factors, "unreadable": unreadable, "via": "command"}
    record("orgs.keys_rotated", data=data)


SAYS = {
    "connected": _("Connected the org, signed in to Salesforce as %(username)s"),
    "reconnected": _("Connected the org again, signed in to Salesforce as %(username)s"),
    "disconnected": _("Ended the connection to the org, signed in to Salesforce as %(username)s"),
    "not_connected": _("A sign-in at Salesforce did not work (%(code)s)"),
    "revoked": _("Salesforce confirmed that the access of %(username)s has ended"),
    "revoked_unkept": _("Salesforce confirmed that an access that we did not keep has ended"),
    "not_revoked_unkept": _("Salesforce never confirmed that an access that we did not keep has ended"),
    "not_revoked": _("Salesforce never confirmed that the access of %(username)s has ended"),
    "ended_by_hand": _("Said that the access of %(username)s was ended by hand in Salesforce"),
    "tested": _("Tested the connection to an org as %(username)s; that sign-in was ended again"),
    "assumption_set": _("Set what is assumed of the org: %(name)s is %(value)s"),
    "assumption_forgotten": _("Set what is assumed of the org: %(name)s is as in every org"),
    "app_added": _("Stored key and secret of the app for %(place)s"),
    "app_replaced": _("Replaced key and secret of the app for %(place)s"),
    "app_removed": _("Removed key and secret of the app for %(place)s"),
    "keys_rotated": _("Encrypted all tokens with a new key"),
}
GROUPS = {"connections": (_("Connections to Salesforce"), frozenset(f"orgs.{what}" for what in SAYS))}


def sentences(what: str, values: Mapping[str, object]) -> list[str]:
    if what in ("revoked", "not_revoked") and values.get("kept") is False:
        what += "_unkept"
    return [str(SAYS[what]) % Values(values)] if what in SAYS else []


def org_names(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    from orgs.models import Org

    return dict(Org.objects.filter(pk__in=ids).values_list("pk", "name"))
