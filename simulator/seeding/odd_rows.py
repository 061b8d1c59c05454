"""Rows that orgs have and that are easily taken for something else: groups' backing sets, ends, more apps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from simulator.clock import stamp
from simulator.org.store import Org


def add_group(org: Org, name: str, label: str, user_ids: Iterable[str] = ()) -> str:
    """A permission set group: itself, the set behind it, and the people who have it. The set's id."""
    group_id = org.add("PermissionSetGroup", DeveloperName=name, MasterLabel=label, Status="Updated")
    set_id = org.add(
        "PermissionSet",
        Name=name,
        Label=label,
        IsCustom=True,
        IsOwnedByProfile=False,
        HasActivationRequired=False,
        PermissionSetGroupId=group_id,
        Type="Group",
    )
    for user_id in user_ids:
        org.add(
            "PermissionSetAssignment",
            AssigneeId=user_id,
            PermissionSetId=set_id,
            PermissionSetGroupId=group_id,
            IsActive=True,
        )
    return set_id


def end_assignment(org: Org, user_id: str, set_id: str, days: float) -> None:
    """The person's assignment of the set ends in so many days."""
    end = stamp(org.clock.now() + timedelta(days=days))
    for row in org.find("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=set_id):
        org.patch(row["Id"], ExpirationDate=end)


def add_app(org: Org, name: str, user_id: str | None = None) -> str:
    """Another connected app that is installed in the org; its id."""
    app_id = org.add(
        "ConnectedApplication",
        Name=name,
        OptionsAllowAdminApprovedUsersOnly=False,
        OptionsRefreshTokenValidityMetric=False,
        OptionsHasSessionLevelPolicy=False,
        CreatedById=user_id or org.admin_id,
    )
    org.audit(
        "insertConnectedApplication",
        "Connected Apps",
        f"Installed Connected App {name} to Salesforce",
        user_id or org.admin_id,
    )
    return app_id


def rename_set(org: Org, set_id: str, name: str, label: str) -> None:
    """As somebody does on the set's page."""
    org.update("PermissionSet", set_id, {"Name": name, "Label": label}, org.admin_id)


def uninstall_app(org: Org) -> None:
    """Somebody pressed **Uninstall** for the Marketing Cloud app. Only the action's name is recorded."""
    app = org.get(org.app_id)
    if app is None:
        return
    for row in org.find("SetupEntityAccess", SetupEntityId=app["Id"]):
        org.remove(row["Id"])
    for row in org.find("AppMenuItem", ApplicationId=app["Id"]):
        org.remove(row["Id"])
    org.remove(app["Id"])
    org.audit(
        "deleteConnectedApplication",
        "Connected Apps",
        f"Uninstalled Connected App {app['Name']} from Salesforce",
        org.admin_id,
    )
    org.app_id = ""
