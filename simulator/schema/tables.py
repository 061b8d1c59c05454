"""The object and field tables of the stand-in org, after the fact sheet's sections 1, 4, 5, 6 and 11.

How a field is written is said in `notation.py`.
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
        UserType picklist; ProfileId reference:Profile/Profile cui; UserRoleId reference:UserRole/UserRole;
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
    _object(
        "UserRole",
        "00E",
        """
        Name string(80); DeveloperName string(80) i; ParentRoleId reference:UserRole/;
        RollupDescription string(80); OpportunityAccessForAccountOwner picklist; LastModifiedDate datetime;
        LastModifiedById reference:User/LastModifiedBy; SystemModstamp datetime
        """,
        setup=True,
        children=(Child("Users", "User", "UserRoleId"),),
    ),
    _object(
        "Group",
        "00G",
        """
        Name string(40); DeveloperName string(80) i; RelatedId reference:User|UserRole/Related; Type picklist;
        Email email(128); OwnerId reference:User|Organization/Owner; DoesSendEmailToMembers boolean;
        DoesIncludeBosses boolean; STAMPS
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
        "PermissionSetLicense",
        "0PL",
        """
        DeveloperName string(80) i; MasterLabel string(80); PermissionSetLicenseKey string(80);
        Language picklist; Status picklist; TotalLicenses int; UsedLicenses int; ExpirationDate date; STAMPS
        """,
        setup=True,
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
    # Of the package's objects only (see `org/object_access.py`).
    _object(
        "ObjectPermissions",
        "110",
        """
        ParentId reference:PermissionSet/Parent i; SobjectType picklist; PermissionsRead boolean;
        PermissionsCreate boolean; PermissionsEdit boolean; PermissionsDelete boolean;
        PermissionsViewAllRecords boolean; PermissionsModifyAllRecords boolean; SystemModstamp datetime
        """,
        setup=True,
        read_rights=("ViewSetup",),
    ),
    # Rows come from whoever plays with the stand-in only: by itself nobody has any.
    _object(
        "FieldPermissions",
        "01k",
        """
        ParentId reference:PermissionSet/Parent ci; SobjectType picklist c; Field picklist c;
        PermissionsRead boolean c; PermissionsEdit boolean c; SystemModstamp datetime
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
    # Six months of how people proved who they are; needs Manage Users (N1). The key prefix is ours.
    _object(
        "VerificationHistory",
        "0Yv",
        """
        UserId reference:User/User i; VerificationTime datetime; VerificationMethod picklist; Status picklist;
        Activity picklist; EventGroup int; LoginHistoryId reference:LoginHistory/LoginHistory;
        Policy picklist; Remarks string(255) x; SourceIp string(39); CreatedDate datetime
        """,
        read_rights=("ManageUsers",),
    ),
    # One row on Tooling, whose Metadata holds what Session Settings show.
    _object(
        "SecuritySettings",
        "",
        "DurableId string; Metadata complexvalue x",
        tooling="tooling",
        read_rights=("ViewSetup",),
    ),
    # Where the Marketing Cloud app has become one (N6); the key prefix is inference.
    _object(
        "ExternalClientApplication",
        "0xI",
        """
        DeveloperName string(80) i; MasterLabel string(80) i; Description textarea x; ContactEmail email;
        DistributionState picklist; NamespacePrefix string(15); Language picklist; STAMPS
        """,
        setup=True,
        tooling="both",
        read_rights=(
            "ExternalClientAppViewer",
            "ExternalClientAppAdmin",
            "ExternalClientAppDeveloper",
            "CustomizeApplication",
        ),
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
        SubscriberPackageId reference:SubscriberPackage/SubscriberPackage f;
        SubscriberPackageVersionId reference:SubscriberPackageVersion/SubscriberPackageVersion f
        """,
        tooling="tooling",
        read_rights=("InstallPackaging", "ViewSetup"),
    ),
    # Remote Site Settings.
    _object(
        "RemoteProxy",
        "0rp",
        """
        SiteName string(80) i; EndpointUrl url(255); IsActive boolean; NamespacePrefix string(15) i;
        Description string(255); STAMPS
        """,
        tooling="tooling",
        read_rights=("ViewSetup",),
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
        IsManaged boolean; Package2ContainerOptions picklist; SubscriberPackageId reference:SubscriberPackage/
        """,
        tooling="tooling",
    ),
]

# The one object of the business itself that other programs expect of any org.
_BUSINESS = [
    _object(
        "Account",
        "001",
        """
        IsDeleted boolean; Name string(255) i; Type picklist; ParentId reference:Account/Parent;
        Phone phone(40); Website url(255); Industry picklist; Description textarea(32000) x;
        BillingCity string(40); BillingCountry string(80); OwnerId reference:User/Owner i; STAMPS
        """,
    ),
]

ALL_TYPES: tuple[ObjectType, ...] = (
    *_PEOPLE,
    *_PERMISSION_SETS,
    *_APPS,
    *_PACKAGES,
    *_BUSINESS,
    *PACKAGED_TYPES,
)
