"""What every act and page of a setup begins with: the object, for this person."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from orgs.models import SECRETS_OF_ORG
from teams.access import Action, fetch_for
from teams.models import User
from wizard.actions.refusing import is_guest
from wizard.errors import GuestAccessEnded, OrgNotConnected, SetupArchived
from wizard.guests import invitations
from wizard.models import Setup


def fetch_setup(
    user: User,
    setup_id: UUID,
    action: Action = Action.SEE,
    *,
    guests: bool = False,
    archived_too: bool = False,
    unbound_too: bool = False,
) -> Setup:
    """The setup with its org and connection, if this person may do that with it (else 404 or 403).

    `guests`: whether they are let in here. `archived_too`: also one put away. `unbound_too`: also one that
    waits for its org.
    """
    setups = Setup.objects.select_related("org", "org__connection", "finished_by").defer(*SECRETS_OF_ORG)
    guest_field = "pk" if guests else None
    try:
        found = fetch_for(user, action, setups, team_field="org__team", guest_field=guest_field, pk=setup_id)
    except Http404:
        if guests and user.is_guest and invitations.was_let_in(user, setup_id):
            raise GuestAccessEnded from None
        raise
    if found.archived_at and not archived_too:
        raise GuestAccessEnded if is_guest(found) else SetupArchived(found)
    if not (unbound_too or found.org.is_bound):
        raise OrgNotConnected(found)
    return found
