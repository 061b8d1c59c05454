"""An org as Salesforce delivers it: Organization, user licences, standard profiles."""

from __future__ import annotations

from simulator.org.store import Org
from simulator.schema.notation import PERMISSIONS

# Name, LicenseDefinitionKey, whether its users may get rights on standard objects such as Campaign.
LICENCES = (
    ("Salesforce", "SFDC", True),
    ("Salesforce Platform", "AUL", True),
    ("Salesforce Integration", "SFDC_INTEGRATION", False),
)
_ADMIN = tuple(name for name in PERMISSIONS if name != "ApiUserOnly")
# Profile, licence, rights.
PROFILES = (
    ("System Administrator", "Salesforce", _ADMIN),
    ("Standard User", "Salesforce", ("ApiEnabled",)),
    ("Marketing User", "Salesforce", ("ApiEnabled",)),
    ("Standard Platform User", "Salesforce Platform", ("ApiEnabled",)),
    ("Salesforce API Only System Integrations", "Salesforce Integration", ("ApiEnabled", "ApiUserOnly")),
)


def furnish(org: Org) -> None:
    org.add(
        "Organization",
        Id=org.id,
        Name=org.name,
        IsSandbox=org.is_sandbox,
        OrganizationType="Enterprise Edition",
        InstanceName="USA000S" if org.is_sandbox else "USA000",
        LanguageLocaleKey="en_US",
        DefaultLocaleSidKey="en_US",
        TimeZoneSidKey="America/Los_Angeles",
    )
    licences = {}
    for name, key, standard_objects in LICENCES:
        licences[name] = org.add(
            "UserLicense",
            Name=name,
            MasterLabel=name,
            LicenseDefinitionKey=key,
            Status="Active",
            TotalLicenses=50_000,
            UsedLicenses=0,
            _standard_objects=standard_objects,
        )
    for name, licence, rights in PROFILES:
        add_profile(org, name, licences[licence], rights)


def add_profile(org: Org, name: str, licence_id: str, rights: tuple[str, ...]) -> str:
    """A profile and the permission set that it owns (each profile has one; users hold it)."""
    granted = {"Permissions" + right: True for right in rights}
    profile_id = org.add("Profile", Name=name, UserLicenseId=licence_id, UserType="Standard", **granted)
    org.add(
        "PermissionSet",
        Name="X" + profile_id[:15],
        Label=profile_id[:15],
        IsOwnedByProfile=True,
        IsCustom=False,
        ProfileId=profile_id,
        LicenseId=licence_id,
        HasActivationRequired=False,
        Type="Profile",
        **granted,
    )
    return profile_id


def profile_id(org: Org, name: str) -> str:
    return str(org.find("Profile", Name=name)[0]["Id"])
