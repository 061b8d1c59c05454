"""What to do by hand so that nobody is stopped at a sign-in."""

from __future__ import annotations

from wizard.guides.base import Instruction, Link
from wizard.guides.connected_app_authentication.how import How, do
from wizard.guides.connected_app_authentication.how_prepare import user_page
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.sign_in_rules.checks import ADMIN_SET
from wizard.guides.connected_app_authentication.snapshot import Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _


def proof(snapshot: Snapshot, choices: Choices) -> How:
    link = Link(Text(_("Open Identity Verification History")), "verification_history")
    return (
        do(_("Sign in to this org as the Salesforce-side connection user, in a private window.")),
        do(_("Use a passkey, a security key or the device's own unlock. Salesforce offers to register one.")),
        Instruction(Text(_("Salesforce logs it in **Identity Verification History**. We look there.")), link),
        do(_("Then click **Check again** here.")),
    )


def methods(snapshot: Snapshot, choices: Choices) -> How:
    link = Link(Text(_("Open Identity Verification")), "identity_verification")
    return (
        Instruction(Text(_("Open **Setup** and find **Identity Verification**.")), link),
        do(
            _(
                "Tick **Let users verify their identity with a built-in authenticator such as Touch ID "
                "or Windows Hello**."
            )
        ),
        do(_("Tick **Let users verify their identity with a physical security key (U2F or WebAuthn)**.")),
        do(_("Click **Save**, then **Check again** here.")),
    )


def _session_settings(box: str) -> How:
    link = Link(Text(_("Open Session Settings")), "session_settings")
    return (
        Instruction(Text(_("Open **Setup** and find **Session Settings**.")), link),
        do(box),
        do(_("Click **Save**, then **Check again** here.")),
        do(_("If your security team wants to keep it, confirm that.")),
    )


def sessions(snapshot: Snapshot, choices: Choices) -> How:
    return _session_settings(_("Untick **Lock sessions to the IP address from which they originated**."))


def ip_ranges(snapshot: Snapshot, choices: Choices) -> How:
    return _session_settings(_("Untick **Enforce login IP ranges on every request**."))


def sites(snapshot: Snapshot, choices: Choices) -> How:
    link = Link(Text(_("Open Remote Site Settings")), "remote_sites")
    return (
        Instruction(Text(_("Open **Setup** and find **Remote Site Settings**.")), link),
        do(_("Click **Edit** beside each site that is named here. Tick **Active** and click **Save**.")),
        do(_("Then click **Check again** here.")),
    )


def presser(snapshot: Snapshot, choices: Choices) -> How:
    link = Link(Text(_("Open Users")), "users")
    return (
        Instruction(Text(_("Open **Setup**, find **Users** and click whoever will press the button.")), link),
        do(_("Under **Permission Set Assignments**, click **Edit Assignments**.")),
        do(_("Add {set}, then click **Save**."), set=ADMIN_SET),
    )


def second_key(snapshot: Snapshot, choices: Choices) -> How:
    return (
        user_page(choices),
        do(_("Let two people register a passkey or a security key for this user, each their own.")),
        do(_("Write down who they are. If one is away, the other can sign in.")),
    )


def second_factor(snapshot: Snapshot, choices: Choices) -> How:
    return (
        do(
            _("Engagement asks for a second factor at every sign-in, also at **Connect to Marketing Cloud**.")
        ),
        do(_("Ask who holds that of the Engagement-side connection user. Agree on a time with them.")),
    )
