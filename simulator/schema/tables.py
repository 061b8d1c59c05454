"""The object and field tables of the stand-in org, after the fact sheet's sections 1, 4, 5, 6 and 11.

How a field is written is said in `spec.py`.
"""

from __future__ import annotations

from simulator.schema.notation import define as _object
from simulator.schema.package_tables import PACKAGED_TYPES
from simulator.schema.types import Child, ObjectType

_PEOPLE = [
    _object(
        "Organization",
        "00D",
        """
        Name string(80); IsSandbox boolean; OrganizationType picklist; InstanceName string;
        NamespacePrefix string; LanguageLocaleKey picklist; DefaultLocaleSidKey picklist;
        TimeZoneSidKey picklist; TrialExpirationDate datetime; STAMPS
        """,
        tooling="both",
    ),
    _object(
        "User",
        "005",
        """
        Username string(80) cui; Name string(121); FirstName string(40) cu; LastName string(80) cur;
        Alias string(8) cu; CommunityNickname string(40) cu; Email email(128) cui; IsActive boolean cu;
        UserType picklist; ProfileId reference:Profile/Profile cui; UserRoleId reference:UserRole/;
        Title string(80) cu; Department string(80) cu; UserPermissionsMarketingUser boolean cu;
        LanguageLocaleKey picklist cu; LocaleSidKey picklist cu; TimeZoneSidKey picklist cu;
        EmailEncodingKey picklist cu; LastLoginDate datetime;
        et4ae5__ExactTargetForAppExchangeUser__c boolean cu;
        et4ae5__ExactTargetForAppExchangeAdmin__c boolean cu; et4ae5__ValidExactTargetUser__c boolean cu;
        et4ae5__ValidExactTargetAdmin__c boolean cu; et4ae5__ExactTargetUsername__c string(255) cu;
        et4ae5__Default_MID__c string(255) cu; et4ae5__Default_ET_Page__c string(255) cu;
        et4ae5__ExactTarget_OAuth_Token__c encryptedstring(175) x; STAMPS
        """,
        "u",
        setup=True,
        tooling="both",
        children=(
            Child("PermissionSetAssignments", "PermissionSetAssignment", "AssigneeId"),
            Child("UserPackageLicenses", "UserPackageLicense", "UserId"),
        ),
    ),
    _object(
        "UserLogin",
        "0Yw",
        """
        UserId reference:User/ i; IsFrozen boolean u; IsPasswordLocked boolean u; LastModifiedDate datetime;
        LastModifiedById reference:User/
        """,
        "u",
        read_rights=("ManageUsers",),
        setup=True,
    ),
    _object(
        "Profile",
        "00e",
        """
        Name string(255) i; UserLicenseId reference:UserLicense/UserLicense; UserType picklist;
        Description string(255); PERMISSIONS; STAMPS
        """,
        tooling="both",
        children=(Child("Users", "User", "ProfileId"),),
        setup=True,
    ),
    _object(
        "UserLicense",
        "100",
        """
        Name string(255); MasterLabel string(40); LicenseDefinitionKey string(40); Status picklist;
        TotalLicenses int; UsedLicenses int; CreatedDate datetime; LastModifiedDate datetime;
        SystemModstamp datetime
        """,
        setup=True,
    ),
    # One row, about the caller; no id of its own that could be kept (section 11).
    _object("UserPermissionAccess", "", "LastCacheUpdate datetime; PERMISSIONS"),
]

_PERMISSION_SETS = [
    _object(
        "PermissionSet",
        "0PS",
        """
        Name string(80) cuir; Label string(80) cur; Description string(255) cu;
        LicenseId reference:PermissionSetLicense|UserLicense/License c;
        HasActivationRequired boolean cu; IsCustom boolean;
        IsOwnedByProfile boolean; NamespacePrefix string(15) i; ProfileId reference:Profile/Profile i;
        PermissionSetGroupId reference:PermissionSetGroup/PermissionSetGroup; Type picklist; PERMISSIONS cu;
        STAMPS
        """,
        "cud",
        setup=True,
        tooling="both",
        children=(
            Child("Assignments", "PermissionSetAssignment", "PermissionSetId"),
            Child("SetupEntityAccessItems", "SetupEntityAccess", "ParentId"),
        ),
        read_rights=(
            "ViewSetup",
            "ManageSessionPermissionSets",
            "AssignPermissionSets",
            "ManageProfilesPermissionsets",
        ),
    ),
    _object(
        "PermissionSetAssignment",
        "0Pa",
        """
        AssigneeId reference:User/Assignee cir; PermissionSetId reference:PermissionSet/PermissionSet ci;
        PermissionSetGroupId reference:PermissionSetGroup/PermissionSetGroup ci; ExpirationDate datetime cu;
        IsActive boolean; IsRevoked boolean; SystemModstamp datetime
        """,
        "cud",
        setup=True,
        read_rights=("ViewSetup", "AssignPermissionSets", "ManageUsers"),
    ),
    _object(
        "PermissionSetGroup",
        "0PG",
        """
        DeveloperName string(80) i; MasterLabel string(80); Description string(255); Status picklist;
        NamespacePrefix string(15); STAMPS
        """,
        setup=True,
        tooling="both",
    ),
    _object(
        "SetupEntityAccess",
        "0J0",
        """
        ParentId reference:PermissionSet/Parent cir; SetupEntityId reference:ConnectedApplication/ cir;
        SetupEntityType picklist; SystemModstamp datetime
        """,
        "cd",
        setup=True,
        read_rights=("ViewSetup",),
    ),
]

_APPS = [
    _object(
        "ConnectedApplication",
        "0H4",
        """
        Name string(80) i; OptionsAllowAdminApprovedUsersOnly boolean s;
        OptionsRefreshTokenValidityMetric boolean s; RefreshTokenValidityPeriod int;
        OptionsHasSessionLevelPolicy boolean s; OptionsIsInternal boolean s;
        OptionsFullContentPushNotifications boolean s; OptionsAppIssueJwtTokenEnabled boolean s;
        OptionsCodeCredentialGuestEnabled boolean s; OptionsTokenExchangeManageBitEnabled boolean s;
        MobileSessionTimeout picklist(40); PinLength picklist(40); UvidTimeout picklist(40);
        NamedUserUvidTimeout picklist(40); StartUrl url(2400); MobileStartUrl url(2400);
        DeveloperName string(80) t; NamespacePrefix string(15) t; Version double t;
        Description textarea t; ContactEmail email t;
        ContactPhone phone t; LogoUrl url t; InfoUrl url t; IconUrl url t; SessionTimeout picklist t;
        SessionPolicyAction picklist t; ConnAppPluginClassId reference:ApexClass/ t;
        ExecutionUserId reference:User/ExecutionUser t; STAMPS
        """,
        setup=True,
        tooling="both",
        read_rights=("CustomizeApplication",),
        # 0H4 was seen in a real page's address; one guide shows 0Ci (section 1).
        other_prefixes=("0Ci",),
        children=(Child("SetupEntityAccessItems", "SetupEntityAccess", "SetupEntityId"),),
    ),
    _object(
        "AppMenuItem",
        "0DS",
        """
        ApplicationId reference:ConnectedApplication/ConnectedApplication i; Name string(80);
        Label string(80); NamespacePrefix string(15); Type picklist; SortOrder int;
        IsUsingAdminAuthorization boolean; IsAccessible boolean; IsVisible boolean; STAMPS
        """,
        "ud",
    ),
    # Section 6: Application, Status and the client's facts can't be filtered on.
    _object(
        "LoginHistory",
        "0Ya",
        """
        UserId reference:User/ i; LoginTime datetime; LoginType picklist; LoginSubType picklist;
        LoginUrl string; SourceIp string(39); CountryIso string(2); CipherSuite picklist;
        TlsProtocol picklist; AuthenticationServiceId reference:AuthProvider/; NetworkId reference:Network/;
        LoginGeoId reference:LoginGeo/; ForwardedForIp string; OptionsIsGet boolean; OptionsIsPost boolean;
        Application string(128) x; Status string(128) x; Browser string(64) x; Platform string(64) x;
        ApiType string(64) x; ApiVersion string(32) x; ClientVersion string(64) x
        """,
    ),
    _object(
        "OauthToken",
        "0CQ",
        """
        AppName string(80); AppMenuItemId reference:AppMenuItem/AppMenuItem; UserId reference:User/User i;
        LastUsedDate datetime; UseCount int; CreatedDate datetime; DeleteToken string x;
        RequestToken string x; AccessToken string x
        """,
        batch=500,
    ),
    _object(
        "AuthSession",
        "0Ak",
        """
        UsersId reference:User/Users i; LoginType picklist; SessionType picklist; SourceIp string(39);
        NumSecondsValid int; LoginHistoryId reference:LoginHistory/LoginHistory; IsCurrent boolean;
        CreatedDate datetime; LastModifiedDate datetime; ParentId reference:AuthSession/Parent
        """,
        "d",
    ),
    _object(
        "SetupAuditTrail",
        "0Ym",
        """
        Action string(40) i; Section string(255) x; Display string(4000) x; CreatedDate datetime;
        CreatedById reference:User/CreatedBy; DelegateUser string(255); CreatedByContext string
        """,
        read_rights=("ViewSetup",),
    ),
]

_PACKAGES = [
    _object(
        "PackageLicense",
        "050",
        """
        NamespacePrefix string(15); Status picklist; AllowedLicenses int; UsedLicenses int;
        IsProvisioned boolean; ExpirationDate datetime; CreatedDate datetime; LastModifiedDate datetime;
        SystemModstamp datetime
        """,
    ),
    _object(
        "UserPackageLicense",
        "051",
        """
        PackageLicenseId reference:PackageLicense/PackageLicense cir; UserId reference:User/User cir; STAMPS
        """,
        "cd",
        setup=True,
    ),
    _object(
        "InstalledSubscriberPackage",
        "0A3",
        """
        SubscriberPackageId reference:SubscriberPackage/SubscriberPackage x;
        SubscriberPackageVersionId reference:SubscriberPackageVersion/SubscriberPackageVersion x
        """,
        tooling="tooling",
        read_rights=("InstallPackaging", "ViewSetup"),
    ),
    _object(
        "SubscriberPackage",
        "033",
        "Name string; NamespacePrefix string(15); Description textarea x",
        tooling="tooling",
    ),
    _object(
        "SubscriberPackageVersion",
        "04t",
        """
        Name string; MajorVersion int; MinorVersion int; PatchVersion int; BuildNumber int; IsBeta boolean;
        IsManaged boolean; SubscriberPackageId reference:SubscriberPackage/
        """,
        tooling="tooling",
    ),
]

ALL_TYPES: tuple[ObjectType, ...] = (
    *_PEOPLE,
    *_PERMISSION_SETS,
    *_APPS,
    *_PACKAGES,
    *PACKAGED_TYPES,
)
