"""What the source page asks for although a security review will question it, and what makes up for it.

From the domain brief, finding 10 and section E5: Salesforce's own hardening control recommends
"Enforce IP restrictions" and names short-lived or rotating tokens as the compensation; support
expects the System Administrator profile for the connection user, and no reduced recipe is published.
"""

from __future__ import annotations

from wizard.guides.base import Exemption
from wizard.guides.connected_app_authentication.checks_connection_user import is_administrator
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import lets_in_uninstalled, the_app, the_user
from wizard.guides.connected_app_authentication.reading.parsing import APPROVE_UNINSTALLED
from wizard.guides.connected_app_authentication.snapshot import Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _


def _always(snapshot: Snapshot, choices: Choices) -> bool:
    return True


def _is_administrator(snapshot: Snapshot, choices: Choices) -> bool:
    user = the_user(snapshot, choices)
    return user is not None and is_administrator(user) is True


def _may_approve_needlessly(snapshot: Snapshot, choices: Choices) -> bool:
    """It was needed while the app was missing; whether it was given for that, nobody can read."""
    held = snapshot.rights.get({}).get(APPROVE_UNINSTALLED)
    return bool(snapshot.facts.app_was_missing and the_app(snapshot, choices) and held)


def _user_may_approve_needlessly(snapshot: Snapshot, choices: Choices) -> bool:
    """The same of the connection user; a System Administrator has it anyway."""
    held = lets_in_uninstalled(snapshot, choices.connection_user) and not _is_administrator(snapshot, choices)
    return bool(snapshot.facts.app_was_missing and the_app(snapshot, choices) and held)


EXEMPTIONS: tuple[Exemption[Snapshot, Choices], ...] = (
    Exemption(
        key="relaxed_ip",
        step="ip_relaxation",
        what=Text(_("**IP Relaxation** of the app Salesforce Marketing Cloud is **Relax IP restrictions**.")),
        why=Text(
            _(
                "Salesforce's help page for Marketing Cloud Connect asks for it: Engagement calls from "
                "addresses outside your network. Salesforce's general hardening advice is "
                "**Enforce IP restrictions**."
            )
        ),
        compensation=Text(
            _(
                "Refresh tokens of this app expire at once, so nobody can use a stolen one. "
                "Only people with the app's permission set may use it."
            )
        ),
        applies=_always,
        compensated_by=("refresh_token", "permitted_users", "set_on_app"),
    ),
    Exemption(
        key="administrator",
        what=Text(
            _("The Salesforce-side connection user has the rights of the profile **System Administrator**."),
        ),
        why=Text(
            _(
                "Salesforce support expects this profile for the connection user. "
                "We know of no published list of fewer permissions that is enough."
            )
        ),
        compensation=Text(
            _(
                "Keep this user for the connection alone, not for a person, "
                "and watch its sign-ins in **Login History**."
            )
        ),
        applies=_is_administrator,
    ),
    Exemption(
        key="approve_uninstalled",
        what=Text(_("Whoever did this setup may let in apps that nobody has installed.")),
        why=Text(
            _(
                "The app was not installed when this setup began. "
                "Until it was, only people with **Approve Uninstalled Connected Apps** could let it in."
            )
        ),
        compensation=Text(
            _(
                "It is installed now. Take the permission back from whoever got it for this. "
                "The standard profile System Administrator always has it."
            )
        ),
        applies=_may_approve_needlessly,
    ),
    Exemption(
        key="user_approves_uninstalled",
        what=Text(_("The Salesforce-side connection user may let in apps that nobody has installed.")),
        why=Text(
            _(
                "The app was not installed when this setup began. "
                "Until it was, only people with **Approve Uninstalled Connected Apps** could let it in."
            )
        ),
        compensation=Text(_("It is installed now. Take the permission back from the connection user.")),
        applies=_user_may_approve_needlessly,
    ),
)
