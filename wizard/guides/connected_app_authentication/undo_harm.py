"""What taking our changes back does to an org in use: who is refused then, and what nobody took back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from wizard.guides.base import Harm, Link
from wizard.guides.changes import Change
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import counts
from wizard.guides.connected_app_authentication.snapshot import Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

ONLY_APPROVED = Text(_("The app lets in only approved people."))
NOT_SEEN = Text(_("Salesforce does not show us whether the app lets in only approved people. If it does:"))
WILL_REFUSE_ALL = Text(
    _("After the undo nobody is approved any more, as far as we can see. The app refuses everyone.")
)
WILL_REFUSE = Text(_("After the undo the app refuses these people."))
REFUSES_ALL = Text(_("Nobody is approved for the app now, as far as we can see. It refuses everyone."))
REFUSES = Text(_("It refuses everyone who lost the permission set."))
SENDS_STOP = Text(_("Sends from Salesforce and the connection to Marketing Cloud stop."))
WORKS_AS = Text(_("Marketing Cloud is connected to this org. Its connection needs what you take back here."))
IS_CONNECTED = Text(_("Marketing Cloud is connected to this org. Its connection lacks what was taken back."))
STAYS = (
    Text(
        _(
            "The policies that were set by hand stay. "
            "**Permitted Users** stays **Admin approved users are pre-authorized**."
        )
    ),
    Text(
        _(
            "To let people in again, click **Edit Policies** on the app's page. Under **Permitted Users** "
            "select **All users may self-authorize**, then click **Save**."
        )
    ),
    Text(
        _(
            "**IP Relaxation** and **Refresh Token Policy** stay too. "
            "On the same page, select what they were before."
        )
    ),
)
CONNECTION_STAYS = Text(_("The connection stays set up in Marketing Cloud: we can't take that back."))


def before(snapshot: Snapshot, choices: Choices, plan: Sequence[Change]) -> Harm | None:
    """What this undo would do; `None` where nobody works with the app yet."""
    closed, used = _only_approved(snapshot, choices), _is_connected(snapshot, choices)
    if not closed and not used:
        return None
    if closed is False:
        return Harm((WORKS_AS,), stays=(CONNECTION_STAYS,))
    approved = _approved(snapshot, choices)
    left = _approved(snapshot, choices, frozenset(str(change.data["id"]) for change in plan))
    lost = sorted(choices.name_of(person) for person in approved - left)
    if not lost and left:
        return Harm((WORKS_AS,), stays=(CONNECTION_STAYS,)) if used else None
    stops = not left or choices.connection_user in approved - left
    says = (ONLY_APPROVED if closed else NOT_SEEN, WILL_REFUSE if left else WILL_REFUSE_ALL)
    return _harm(snapshot, choices, (*says, *((SENDS_STOP,) if stops else ())), tuple(lost))


def after(snapshot: Snapshot, choices: Choices) -> Harm | None:
    """What an undo did, while the org still shows it."""
    closed, used = _only_approved(snapshot, choices), _is_connected(snapshot, choices)
    if not closed and not used:
        return None
    if closed is False:
        return Harm((IS_CONNECTED,), stays=(CONNECTION_STAYS,))
    if lookups.is_ready_for_lock(snapshot, choices):
        return None
    left = _approved(snapshot, choices)
    says = (ONLY_APPROVED if closed else NOT_SEEN, REFUSES if left else REFUSES_ALL)
    stops = choices.connection_user not in left
    return _harm(snapshot, choices, (*says, *((SENDS_STOP,) if stops else ())))


def _harm(snapshot: Snapshot, choices: Choices, says: tuple[Text, ...], names: tuple[str, ...] = ()) -> Harm:
    app = lookups.the_app(snapshot, choices)
    link = Link(Text(_("Open the app's page")), "connected_app", {"app_id": app.id}) if app else None
    connection = (CONNECTION_STAYS,) if _is_connected(snapshot, choices) else ()
    return Harm(says, names, (*STAYS, *connection), link)


def _only_approved(snapshot: Snapshot, choices: Choices) -> bool | None:
    """Whether whoever is not approved is refused; `None` where that is not to be seen."""
    app = lookups.the_app(snapshot, choices)
    return app.admin_approved if app and app.policies_seen else None


def _is_connected(snapshot: Snapshot, choices: Choices) -> bool:
    user = lookups.the_user(snapshot, choices) if snapshot.facts.connected_by == "user" else None
    told = lookups.connected(snapshot) or lookups.account_unseen(snapshot)
    return bool(told or (user and user.valid_engagement_user))


def _approved(snapshot: Snapshot, choices: Choices, gone: Collection[str] = ()) -> frozenset[str]:
    """Whom the app's permission sets let in, without the rows that are gone; and whom something else does."""
    app, read_at = lookups.the_app(snapshot, choices), snapshot.assignments.read_at
    on_app = {
        row.set_id
        for row in snapshot.grants.get(())
        if app and row.app_id == app.id and not {row.id, row.set_id} & set(gone)
    }
    rows = [row for row in snapshot.assignments.get(()) if row.set_id in on_app and row.id not in gone]
    others = [row for row in snapshot.approvals.get(()) if counts(row, snapshot.approvals.read_at)]
    return frozenset(row.user_id for row in (*(row for row in rows if counts(row, read_at)), *others))
