"""The Marketing Cloud side as far as the org sees it: who may use the app, and what connecting writes.

Schema recorded, meaning inferred (sections 5, 6 and 13b): modelled, not recorded.
"""

from __future__ import annotations

from simulator.clock import stamp
from simulator.org.security import since
from simulator.org.store import Org, Record
from simulator.policies import current
from simulator.seeding.package import APP_LABEL

DEFAULT_UNITS = ("Headquarters", "Newsletter")
SEND_TYPES = "Email"


class ConnectProblem(Exception):
    """Why the connection was refused: an OAuth error and its description (section 7)."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


def admin_approved(org: Org, user_id: str) -> bool:
    """Whether a set (or profile) that the user holds is on the app."""
    granted = {row["ParentId"] for row in org.find("SetupEntityAccess", SetupEntityId=org.app_id)}
    held = org.find("PermissionSetAssignment", AssigneeId=user_id)
    return any(row["PermissionSetId"] in granted and row.get("IsActive", True) for row in held)


def connection(org: Org) -> Record | None:
    """The newest Configuration row: "is this org connected?"."""
    rows = sorted(org.rows("et4ae5__Configuration__c"), key=lambda row: str(row["LastModifiedDate"]))
    return rows[-1] if rows else None


def check_access(org: Org) -> Record:
    """The Salesforce-side connection user, if Engagement could call the org in their name now."""
    person = org.get(org.connection_user_id)
    app = org.get(org.app_id)
    if app is None:
        raise ConnectProblem("invalid_client", "app must be installed into org")
    if app.get("_blocked"):
        raise ConnectProblem("OAUTH_AUTHORIZATION_BLOCKED", "this app is blocked by admin")
    if person is None or not person["IsActive"] or is_frozen(org, person["Id"]):
        raise ConnectProblem("invalid_grant", "inactive user")
    guarded = app["OptionsAllowAdminApprovedUsersOnly"] and org.switches.require_admin_approval_to_connect
    if guarded and not admin_approved(org, person["Id"]):
        raise ConnectProblem("invalid_app_access", "user is not admin approved to access this app")
    return person


def is_frozen(org: Org, user_id: str) -> bool:
    return any(row["IsFrozen"] for row in org.find("UserLogin", UserId=user_id))


def connect(org: Org, actor_id: str, username: str, mid: str) -> None:
    """**Login** on the Marketing Cloud tab: an account is tied to the org, in the person's name."""
    try:
        person = check_access(org)
    except ConnectProblem as problem:
        if org.get(org.connection_user_id):
            log_use(org, org.connection_user_id, status=problem.description)
        raise
    # What connecting leaves behind is inference (section 6), so each trace has its switch.
    if org.switches.connect_writes_configuration:
        write_configuration(org, actor_id, username, mid)
    if org.switches.connect_writes_business_units:
        _begin_business_units(org, actor_id, mid)
    if org.switches.connect_marks_user:
        mark_user(org, person["Id"], actor_id, username, mid)
    if org.switches.connect_logs_login:
        record_use(org, person["Id"])


def mark_user(org: Org, user_id: str, actor_id: str, username: str, mid: str) -> None:
    org.patch(
        user_id,
        actor_id=actor_id,
        et4ae5__ValidExactTargetUser__c=True,
        et4ae5__ValidExactTargetAdmin__c=True,
        et4ae5__ExactTargetUsername__c=username,
        et4ae5__Default_MID__c=mid,
    )


def write_configuration(org: Org, actor_id: str, username: str, mid: str, **stamps: object) -> None:
    at_once = org.switches.connect_progress == "at_once"
    values: dict[str, object] = {
        "et4ae5__Username__c": username,
        "et4ae5__Parent_Account_MID__c": mid,
        "et4ae5__Integration_Type__c": "OAuth",
        "et4ae5__AwaitingBusinessUnits__c": not at_once,
    }
    if at_once:
        values["et4ae5__Send_Types__c"] = SEND_TYPES
    row = connection(org)
    if row is not None:
        org.patch(row["Id"], actor_id=actor_id, **values)
    else:
        org.add(
            "et4ae5__Configuration__c",
            Name="000",
            OwnerId=actor_id,
            IsDeleted=False,
            CreatedById=actor_id,
            **values,
            **stamps,
        )
    if not org.find("et4ae5__ET4AE_Config__c", SetupOwnerId=org.id):
        org.add(
            "et4ae5__ET4AE_Config__c",
            Name="Default",
            SetupOwnerId=org.id,
            et4ae5__Configuration_Wizard_Completed__c=at_once,
        )


def _begin_business_units(org: Org, actor_id: str, mid: str) -> None:
    """At once, or one after the other as the clock goes on (N14)."""
    if org.switches.connect_progress == "at_once":
        write_business_units(org, actor_id, mid)
        return
    _remove_business_units(org)
    org.extra["arriving"] = {"since": stamp(org.clock.now()), "actor": actor_id, "mid": mid}


def advance(org: Org) -> None:
    """Let arrive what is due by now; whoever looks at the org calls this first."""
    arriving = org.extra.get("arriving")
    if not arriving:
        return
    due = int(since(org, arriving["since"]) // max(1, org.switches.connect_unit_seconds))
    due = min(due, 1 if org.switches.connect_progress == "stuck" else len(DEFAULT_UNITS))
    for number in range(len(list(org.rows("et4ae5__Business_Unit__c"))), due):
        _add_unit(org, arriving["actor"], arriving["mid"], number)
    row = connection(org)
    if due == len(DEFAULT_UNITS) and row is not None:
        del org.extra["arriving"]
        org.patch(row["Id"], et4ae5__AwaitingBusinessUnits__c=False)
        _finish_wizard(org)


def save_settings(org: Org, actor_id: str) -> None:
    """**Save** in the package's settings, which it opens by itself after the first connection."""
    row = connection(org)
    if row is not None:
        org.patch(row["Id"], actor_id=actor_id, et4ae5__Send_Types__c=SEND_TYPES)
        _finish_wizard(org)


def _finish_wizard(org: Org) -> None:
    """Once the settings are chosen and all units are there; that it goes by itself is inference."""
    row = connection(org)
    if row is None or not row.get("et4ae5__Send_Types__c") or row["et4ae5__AwaitingBusinessUnits__c"]:
        return
    for each in org.find("et4ae5__ET4AE_Config__c", SetupOwnerId=org.id):
        org.patch(each["Id"], et4ae5__Configuration_Wizard_Completed__c=True)


def write_business_units(org: Org, actor_id: str, mid: str) -> None:
    """The account's business units: the rows of another account go with it."""
    _remove_business_units(org)
    for number in range(len(DEFAULT_UNITS)):
        _add_unit(org, actor_id, mid, number)


def _remove_business_units(org: Org) -> None:
    org.extra.pop("arriving", None)
    for row in list(org.rows("et4ae5__Business_Unit__c")):
        org.remove(row["Id"])


def _add_unit(org: Org, actor_id: str, mid: str, number: int) -> None:
    org.add(
        "et4ae5__Business_Unit__c",
        Name=DEFAULT_UNITS[number],
        OwnerId=actor_id,
        IsDeleted=False,
        CreatedById=actor_id,
        et4ae5__Business_Unit_ID__c=str(int(mid) + number),
        et4ae5__Enabled__c=True,
        et4ae5__IsParentAccountMID__c=number == 0,
    )


def record_use(org: Org, user_id: str) -> None:
    """Engagement calls the org: a login by the app, and a token row unless the policy expires it at once."""
    log_use(org, user_id)
    app = org.get(org.app_id)
    if app is not None and (current(app).refresh != "zero" or org.switches.zero_policy_leaves_token):
        touch_oauth_token(org, user_id, APP_LABEL)


def log_use(org: Org, user_id: str, status: str = "Success", **more: object) -> None:
    org.add(
        "LoginHistory",
        **{
            "UserId": user_id,
            "LoginTime": stamp(org.clock.now()),
            "LoginType": org.switches.login_history_oauth_type,
            "LoginSubType": "OauthWebServer",
            "LoginUrl": "login.salesforce.com",
            "SourceIp": "136.147.46.1",
            "Application": org.switches.login_history_application,
            "Status": status,
            "Browser": "Unknown",
            "Platform": "Unknown",
            "ApiType": "N/A",
            "ApiVersion": "N/A",
            "ClientVersion": "N/A",
        }
        | more,
    )


def touch_oauth_token(org: Org, user_id: str, app_name: str) -> None:
    """One more use of an app by a user, as the OauthToken object counts it."""
    now = stamp(org.clock.now())
    menu = next((row["Id"] for row in org.rows("AppMenuItem") if row["Label"] == app_name), None)
    known = [row for row in org.find("OauthToken", UserId=user_id) if row["AppName"] == app_name]
    if known:
        org.patch(known[0]["Id"], LastUsedDate=now, UseCount=known[0]["UseCount"] + 1)
    else:
        org.add(
            "OauthToken", AppName=app_name, AppMenuItemId=menu, UserId=user_id, LastUsedDate=now, UseCount=1
        )
