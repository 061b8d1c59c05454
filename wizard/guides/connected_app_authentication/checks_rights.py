"""May the signed-in person do what the later steps need? (fact sheet, section 11)"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wizard.guides.base import Finding
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import unknown
from wizard.guides.connected_app_authentication.reading.parsing import APPROVE_UNINSTALLED
from wizard.guides.connected_app_authentication.snapshot import Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

#: The names of the permissions as Salesforce shows them.
LABELS = {
    "PermissionsApiEnabled": "API Enabled",
    "PermissionsViewSetup": "View Setup and Configuration",
    "PermissionsCustomizeApplication": "Customize Application",
    "PermissionsModifyAllData": "Modify All Data",
    "PermissionsManageRemoteAccess": "Manage Connected Apps",
    "PermissionsManageProfilesPermissionsets": "Manage Profiles and Permission Sets",
    "PermissionsAssignPermissionSets": "Assign Permission Sets",
    "PermissionsManageUsers": "Manage Users",
    # That the label belongs to this name is inference (section 11).
    APPROVE_UNINSTALLED: "Approve Uninstalled Connected Apps",
}


@dataclass(frozen=True)
class Need:
    """One task. Of each inner tuple at least one permission is needed."""

    held: str
    missing: str
    all_of: tuple[tuple[str, ...], ...]


READ = Need(
    _("You may read the settings."),
    _("You may not read the settings: {names} is missing."),
    (("PermissionsApiEnabled",), ("PermissionsViewSetup",)),
)
# That Manage Connected Apps is PermissionsManageRemoteAccess is inference (section 11).
POLICIES = Need(
    _("You may edit the app's policies."),
    _("You may not edit the app's policies: {names} is missing."),
    (
        ("PermissionsCustomizeApplication",),
        ("PermissionsModifyAllData", "PermissionsManageRemoteAccess"),
    ),
)
CREATE_SET = Need(
    _("You may create the permission set."),
    _("You may not create the permission set: {names} is missing."),
    (("PermissionsManageProfilesPermissionsets",),),
)
ASSIGN = Need(
    _("You may assign people."),
    _("You may not assign people: {names} is missing."),
    (("PermissionsAssignPermissionSets", "PermissionsManageUsers"),),
)
APP_ACCESS = Need(
    _("You may add the permission set to the app."),
    _("You may not add the permission set to the app: {names} is missing."),
    (
        ("PermissionsManageProfilesPermissionsets",),
        ("PermissionsCustomizeApplication",),
        ("PermissionsModifyAllData",),
    ),
)


def check_right(need: Need) -> Callable[[Snapshot, Choices], Finding]:
    """The check of one task's permissions."""

    def check(snapshot: Snapshot, choices: Choices) -> Finding:
        if finding := unknown(snapshot, choices, "rights"):
            return finding
        rights = snapshot.rights.get({})
        lacking = [group for group in need.all_of if not any(rights.get(name) for name in group)]
        must = Text("{names}", {"names": _names(need.all_of)})
        if not lacking:
            return Finding.done("right_held", Text(need.held), must=must)
        unseen = [group for group in lacking if any(name not in rights for name in group)]
        if unseen == lacking:
            return Finding.cannot_check(
                "right_unseen",
                Text(_("This org does not show whether you hold {names}."), {"names": _names(unseen)}),
                must=must,
                remedy="RIGHT_UNSEEN",
            )
        return Finding.to_do(
            "right_missing",
            Text(need.missing, {"names": _names(lacking)}),
            must=must,
            remedy="RIGHT_MISSING",
            details=tuple(_names((group,)) for group in lacking),
        )

    return check


def _names(groups: list[tuple[str, ...]] | tuple[tuple[str, ...], ...]) -> str:
    """Salesforce's own labels, as a list: they are not translated."""
    return ", ".join(" / ".join(LABELS[name] for name in group) for group in groups)
