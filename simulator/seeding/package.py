"""Installing the Marketing Cloud Connect package and the Marketing Cloud connected app."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.org.store import Org
from simulator.schema.types import NAMESPACE

APP_LABEL = "Salesforce Marketing Cloud"
# API names and labels as retrieved from real orgs (fact 0.6).
PACKAGED_SETS = (
    ("ExactTarget_Integration", "Marketing Cloud Connector"),
    ("ExactTarget_Integration_Admin", "Marketing Cloud Connector Admin"),
    ("Marketing_Cloud_System_User", "Marketing Cloud System User"),
    ("DMTracking", "DMTracking"),
)
# Given to the admin before the page begins ("Apply admin permissions"); that it comes by itself is inference.
ADMIN_SET = "ExactTarget_Integration_Admin"
# Those without a namespace are made by the package in the browser (recorded); the third name is ours.
REMOTE_SITES = (
    ("ET4AE5_MCC_TokenService", "", "https://mcc-token.example"),
    ("MetadataAPI", "", "https://metadata.example"),
    ("MarketingCloud", NAMESPACE, "https://marketing-cloud.example"),
)


def install_package(
    org: Org, version: tuple[int, int] = (256, 0), seats: int = -1, actor_id: str | None = None
) -> None:
    """What appears with the package: its objects and fields, permission sets and licence (section 5)."""
    org.package_installed = True
    maker = {"CreatedById": actor_id or org.admin_id or None}
    _add_sets(org, maker)
    org.add(
        "PackageLicense",
        NamespacePrefix=NAMESPACE,
        Status="Active",
        AllowedLicenses=seats,
        UsedLicenses=0,
        IsProvisioned=True,
    )
    package = org.add("SubscriberPackage", Name="Marketing Cloud", NamespacePrefix=NAMESPACE)
    release = org.add(
        "SubscriberPackageVersion",
        Name=f"Release {version[0]}",
        MajorVersion=version[0],
        MinorVersion=version[1],
        PatchVersion=0,
        BuildNumber=1,
        IsBeta=False,
        IsManaged=True,
        SubscriberPackageId=package,
    )
    org.add("InstalledSubscriberPackage", SubscriberPackageId=package, SubscriberPackageVersionId=release)
    for site, namespace, address in REMOTE_SITES:
        org.add(
            "RemoteProxy",
            SiteName=site,
            NamespacePrefix=namespace or None,
            EndpointUrl=address,
            IsActive=True,
        )
    if actor_id:
        org.audit("installedpackagingapp", "Custom Apps", "Installed Marketing Cloud package", actor_id)


def _add_sets(org: Org, maker: Mapping[str, object]) -> None:
    for name, label in PACKAGED_SETS:
        made = org.add(
            "PermissionSet",
            Name=name,
            Label=label,
            NamespacePrefix=NAMESPACE,
            IsCustom=True,
            IsOwnedByProfile=False,
            HasActivationRequired=False,
            Type="Regular",
            _needs=["Read Campaigns"],
            **maker,
        )
        if name == ADMIN_SET and org.admin_id and org.switches.installer_gets_admin_set:
            org.add("PermissionSetAssignment", AssigneeId=org.admin_id, PermissionSetId=made)


def install_app(org: Org, actor_id: str | None = None) -> str:
    """The app's row, as after **Install** in Connected Apps OAuth Usage: its policies at their defaults."""
    raw_period, raw_metric = org.switches.refresh_token_policy_values["infinite"]
    maker = {"CreatedById": actor_id or org.admin_id or None}
    org.app_id = org.add(
        "ConnectedApplication",
        Id=org.new_id(org.switches.app_key_prefix),
        Name=APP_LABEL,
        Version=1.0,
        OptionsAllowAdminApprovedUsersOnly=False,
        OptionsRefreshTokenValidityMetric=raw_metric,
        RefreshTokenValidityPeriod=raw_period,
        **maker,
    )
    org.add(
        "AppMenuItem",
        ApplicationId=org.app_id,
        Label=APP_LABEL,
        Type="ConnectedApplication",
        SortOrder=1,
        IsUsingAdminAuthorization=False,
        IsAccessible=True,
        IsVisible=True,
        **maker,
    )
    if actor_id:
        org.audit(
            "insertConnectedApplication",
            "Connected Apps",
            f"Installed Connected App {APP_LABEL} to Salesforce",
            actor_id,
        )
    return org.app_id
