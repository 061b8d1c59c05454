"""What any org has that the guide never reads, and other programs ask for: roles, groups, accounts."""

from __future__ import annotations

from simulator.org.store import Org

_ROLES = ("CEO", "VP, Marketing")
_ACCOUNTS = (("Acme Outdoor", "Customer"), ("Global Media", "Prospect"), ("Salesforce Partners", "Partner"))


def add_business(org: Org) -> None:
    top: str | None = None
    org.add("Group", DeveloperName="AllInternalUsers", Type="Organization", OwnerId=org.id)
    for name in _ROLES:
        developer_name = "".join(letter for letter in name if letter.isalpha())
        top = org.add("UserRole", Name=name, DeveloperName=developer_name, ParentRoleId=top)
        org.add("Group", DeveloperName=developer_name, RelatedId=top, Type="Role", OwnerId=org.id)
    org.patch(org.admin_id, UserRoleId=top)
    org.add(
        "Group", Name="Marketing Team", DeveloperName="Marketing_Team", Type="Regular", OwnerId=org.admin_id
    )
    org.add(
        "PermissionSetLicense",
        DeveloperName="CRMUserPsl",
        MasterLabel="CRM User",
        PermissionSetLicenseKey="CRMUserPsl",
        Language="en_US",
        Status="Active",
        TotalLicenses=10,
        UsedLicenses=0,
    )
    for name, kind in _ACCOUNTS:
        org.add("Account", Name=name, Type=kind, OwnerId=org.admin_id)
