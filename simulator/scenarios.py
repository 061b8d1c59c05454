"""Starting states of a stand-in org: `create(world, "fresh", name="Northwind Traders")`."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from simulator import engagement, policies
from simulator.clock import stamp
from simulator.org.rules.app_access import put_on_app
from simulator.org.store import Org, Record
from simulator.seeding import odd_rows
from simulator.seeding.business import add_business
from simulator.seeding.package import APP_LABEL, install_app, install_package
from simulator.seeding.people import domain_of, populate
from simulator.world import World

SET_LABEL = "Marketing Cloud Connected App"
SET_NAME = "Marketing_Cloud_Connected_App"
SYSTEM_SETS = ("ExactTarget_Integration", "ExactTarget_Integration_Admin", "Marketing_Cloud_System_User")
ENGAGEMENT_USER = "mc-api-user"


def create(
    world: World,
    scenario: str,
    *,
    name: str,
    is_sandbox: bool = True,
    my_domain: str | None = None,
    people: int | None = None,
) -> Org:
    """A new org in that starting state; `people` is how many besides the named ones."""
    build, _words = SCENARIOS[scenario]
    if people is None:
        people = 5_000 if scenario == "large" else 24
    if scenario == "sandbox_copy":
        is_sandbox = True
    with world.lock:
        domain = domain_of(name, {str(org.extra.get("domain")) for org in world.orgs.values()})
        stem = domain.removesuffix(".example")
        org = world.new_org(name, is_sandbox=is_sandbox, my_domain=my_domain or stem)
        org.scenario = scenario
        org.extra |= {
            "domain": domain,
            "mid": str(random.Random(f"{name}/mid").randrange(7_000_000, 7_999_999)),  # noqa: S311 - a made-up number,
        }
        populate(org, domain, people)
        add_business(org)
        build(org)
        org.changed = True
        return org


def create_demo(world: World) -> None:
    """The orgs that `make run` starts with; an existing state is left alone."""
    if world.orgs:
        return
    create(world, "fresh", name="Northwind Traders", is_sandbox=True)
    create(world, "half_done", name="Alpine Outfitters", is_sandbox=False)
    create(world, "live", name="Harbour Foods", is_sandbox=False)
    create(world, "large", name="Contoso Retail", is_sandbox=True)


# -- the building blocks


def marketing_team(org: Org) -> list[Record]:
    """The people who would work with Marketing Cloud: active, in the marketing department."""
    return [row for row in org.rows("User") if row["Department"] == "Marketing" and row["IsActive"]]


def _ids(rows: list[Record]) -> list[str]:
    return [str(row["Id"]) for row in rows]


def make_set(org: Org) -> Record:
    values = {
        "Name": SET_NAME,
        "Label": SET_LABEL,
        "Description": "Access to the Marketing Cloud Connected App for the Connector user and end users",
    }
    return org.tables["PermissionSet"][org.insert("PermissionSet", values, org.admin_id)]


def assign(org: Org, row: Record, user_id: str) -> None:
    org.insert("PermissionSetAssignment", {"AssigneeId": user_id, "PermissionSetId": row["Id"]}, org.admin_id)


def assign_packaged_sets(org: Org) -> None:
    for name in SYSTEM_SETS:
        assign(org, org.find("PermissionSet", Name=name)[0], org.connection_user_id)


def use_for_days(org: Org, user_ids: list[str], days: int) -> None:
    """Past logins by the app, one a day for each, as an org in live use shows them."""
    now = org.clock.now()
    for user_id in user_ids:
        for day in range(days, 0, -1):
            engagement.log_use(
                org,
                user_id,
                LoginTime=stamp(now - timedelta(days=day, minutes=-7)),
                LoginSubType="OauthRefreshToken",
            )
        org.add(
            "OauthToken",
            AppName=APP_LABEL,
            UserId=user_id,
            LastUsedDate=stamp(now - timedelta(hours=2)),
            UseCount=days * 24,
            CreatedDate=stamp(now - timedelta(days=days)),
        )


def connected_since(org: Org, days: int) -> None:
    """A connection made that long ago, with nothing changed since."""
    then = stamp(org.clock.now() - timedelta(days=days))
    mid = str(org.extra["mid"])
    stamps = {"CreatedDate": then, "LastModifiedDate": then, "SystemModstamp": then}
    engagement.write_configuration(org, org.connection_user_id, ENGAGEMENT_USER, mid, **stamps)
    engagement.write_business_units(org, org.connection_user_id, mid)
    engagement.mark_user(org, org.connection_user_id, org.connection_user_id, ENGAGEMENT_USER, mid)


# -- the starting states


def _fresh(org: Org) -> None:
    install_package(org)
    install_app(org)


def _half_done(org: Org) -> None:
    _fresh(org)
    policies.save(org, org.app_id, policies.WANTED, org.admin_id)
    row = make_set(org)
    for user_id in [org.connection_user_id, *_ids(marketing_team(org)[:3])]:
        assign(org, row, user_id)


def _ready_to_connect(org: Org) -> None:
    _fresh(org)
    policies.save(org, org.app_id, policies.WANTED, org.admin_id)
    row = make_set(org)
    assign_packaged_sets(org)
    for user_id in [org.connection_user_id, *_ids(marketing_team(org))]:
        assign(org, row, user_id)
    put_on_app(org, row["Id"], org.app_id, org.admin_id)


def _all_done(org: Org) -> None:
    _ready_to_connect(org)
    engagement.connect(org, org.connection_user_id, ENGAGEMENT_USER, str(org.extra["mid"]))


def _wrong_account(org: Org) -> None:
    """An Engagement session of another account was open when somebody connected."""
    _ready_to_connect(org)
    engagement.connect(org, org.connection_user_id, "somebody-else", str(int(org.extra["mid"]) - 1_000_000))


def _live(org: Org) -> None:
    _fresh(org)
    assign_packaged_sets(org)
    connected_since(org, days=120)
    people = [org.connection_user_id, *_ids(marketing_team(org)[:5])]
    use_for_days(org, people, days=14)


def _live_without_tokens(org: Org) -> None:
    """Refresh tokens expire at once, so of the people who use the app only Login History knows."""
    _live(org)
    policies.save(org, org.app_id, policies.Policies(refresh="zero"), org.admin_id)
    for row in list(org.rows("OauthToken")):
        org.remove(str(row["Id"]))


def _app_not_installed(org: Org) -> None:
    """Used (Connect Accounts was done in Engagement) but never installed: no ConnectedApplication row."""
    install_package(org)
    use_for_days(org, [org.connection_user_id, *_ids(marketing_team(org)[:2])], days=1)


def _package_missing(org: Org) -> None:
    install_app(org)


def _sandbox_copy(org: Org) -> None:
    """A refresh copied Marketing Cloud's settings: the sandbox talks to production's account."""
    _fresh(org)
    assign_packaged_sets(org)
    connected_since(org, days=400)


def _our_app_not_installed(org: Org) -> None:
    _fresh(org)
    org.switches.change(our_app="not_installed")


def _group_named_like_ours(org: Org) -> None:
    """People have a permission set group that is called as the page proposes to call the new set."""
    _fresh(org)
    odd_rows.add_group(org, SET_NAME, SET_LABEL, _ids(marketing_team(org)))


def _app_with_longer_name(org: Org) -> None:
    """Another app, whose name begins with that of ours, was installed and then set as ours should be."""
    _fresh(org)
    policies.save(org, odd_rows.add_app(org, f"{APP_LABEL} Sandbox"), policies.WANTED, org.admin_id)


def _app_with_another_label(org: Org) -> None:
    _fresh(org)
    org.patch(org.app_id, Name="Marketing Cloud (ExactTarget)")
    odd_rows.add_app(org, "Marketing Cloud Intelligence")
    odd_rows.add_app(org, "Workbench")


def _app_is_external(org: Org) -> None:
    """Nothing was found that says so of this app (N6): it has become an External Client App."""
    install_package(org)
    org.add(
        "ExternalClientApplication",
        DeveloperName="Salesforce_Marketing_Cloud",
        MasterLabel=APP_LABEL,
        DistributionState="Managed",
        Language="en_US",
    )
    use_for_days(org, [org.connection_user_id], days=1)


def _contained(org: Org) -> None:
    """Everything is done; then Salesforce itself froze the connection user, which no audit row shows."""
    _all_done(org)
    for login in org.find("UserLogin", UserId=org.connection_user_id):
        org.patch(login["Id"], IsFrozen=True)


def _just_connected(org: Org) -> None:
    """Everything is done, and the package waits for its settings and its business units."""
    org.switches.change(connect_progress="by_and_by")
    _all_done(org)


def _assignments_end(org: Org) -> None:
    """Everything is done, and one person's assignment ends in 20 days, another's in 100."""
    _all_done(org)
    ours = str(org.find("PermissionSet", Name=SET_NAME)[0]["Id"])
    for person, days in zip(_ids(marketing_team(org)), (20, 100), strict=False):
        odd_rows.end_assignment(org, person, ours, days)


def _set_on_second_app(org: Org) -> None:
    """Everything is done, and somebody has put the set on another app as well."""
    _all_done(org)
    ours = str(org.find("PermissionSet", Name=SET_NAME)[0]["Id"])
    values = {"ParentId": ours, "SetupEntityId": odd_rows.add_app(org, "Acme Data Loader")}
    org.insert("SetupEntityAccess", values, org.admin_id)


SCENARIOS: dict[str, tuple[Callable[[Org], None], str]] = {
    "fresh": (_fresh, "Package and app are there, nothing of the guide is done."),
    "half_done": (_half_done, "Policies and permission set are done, some people have it."),
    "ready_to_connect": (_ready_to_connect, "Everything is done but the connection."),
    "all_done": (_all_done, "Everything is done and connected."),
    "wrong_account": (_wrong_account, "As done, but connected to another Engagement account."),
    "live": (_live, "Connected and in daily use; people authorised themselves; policies not set."),
    "live_without_tokens": (
        _live_without_tokens,
        "As live, but refresh tokens expire at once: only Login History tells who uses the app.",
    ),
    "app_not_installed": (_app_not_installed, "The Marketing Cloud app was used but not installed."),
    "package_missing": (_package_missing, "Marketing Cloud Connect is not installed."),
    "sandbox_copy": (_sandbox_copy, "A sandbox with a Marketing Cloud configuration copied from production."),
    "group_named_like_ours": (
        _group_named_like_ours,
        "As fresh, with a permission set group that bears the new set's name.",
    ),
    "app_with_longer_name": (
        _app_with_longer_name,
        "As fresh, with another app whose name begins with that of ours.",
    ),
    "app_with_another_label": (_app_with_another_label, "As fresh, but the app has another label."),
    "set_on_second_app": (_set_on_second_app, "As done, and the set is on another app as well."),
    "assignments_end": (_assignments_end, "As done, with two assignments that end on a date."),
    "app_is_external": (_app_is_external, "The Marketing Cloud app is an External Client App."),
    "contained": (_contained, "As done, but Salesforce froze the connection user by itself."),
    "just_connected": (_just_connected, "As done, but settings and business units are still to come."),
    "large": (_fresh, "As fresh, with 5,000 people."),
    "our_app_not_installed": (
        _our_app_not_installed,
        "As fresh, but without Connect Guide's own app.",
    ),
}
