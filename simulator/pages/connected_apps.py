"""Manage Connected Apps: the list, one app, Edit Policies, Manage Permission Sets (lines 3-10 and 29-33)."""

from __future__ import annotations

from flask import Blueprint, redirect, request

from simulator import policies
from simulator.errors import ApiError
from simulator.org.rules.app_access import put_on_app
from simulator.org.store import Org, Record
from simulator.pages.frame import (
    Answer,
    done,
    fetch,
    missing_of,
    no_access,
    page,
    render,
    sets_to_show,
)
from simulator.web.browser import Visitor

blueprint = Blueprint("pages_connected_apps", __name__)

LIST = "/app/mgmt/forceconnectedapps/forceInstalledConnectedAppList.apexp"
DETAIL = "/app/mgmt/forceconnectedapps/forceAppDetail.apexp"
# Sections 1d and 11 of the fact sheet: what these pages need.
_EDIT = ("CustomizeApplication", "ModifyAllData|ManageRemoteAccess")
_ATTACH = ("CustomizeApplication", "ModifyAllData")
_MANAGE = "ManageProfilesPermissionsets"  # the newer guide asks for it too


@blueprint.get(LIST)
@blueprint.get("/lightning/setup/ConnectedApplication/home")
@page("ViewSetup", *_EDIT)
def connected_apps(who: Visitor) -> Answer:
    apps = sorted(who.org.rows("ConnectedApplication"), key=lambda row: str(row["Name"]))
    return render(
        "connected_apps.html", who, apps=apps, permitted=lambda app: policies.current(app).permitted_label
    )


@blueprint.get(DETAIL)
@page("ViewSetup", *_EDIT)
def app_detail(who: Visitor) -> Answer:
    # By the record page, which knows what to do with an id of another org.
    return redirect(f"/{request.args.get('connectedAppId', '')}")


def show_app(who: Visitor, app: Record) -> Answer:
    """The record page of an app; `records` calls it."""
    missing = missing_of(who, _EDIT)
    if missing:
        return no_access(who, missing)
    chosen = policies.current(app)
    # Whether the related list is there before the app is admin-approved is inference (section 4c).
    listed = chosen.permitted == "admin" or not who.org.switches.sets_list_needs_admin_approval
    sets = sets_on(who.org, app["Id"])
    return render("connected_app.html", who, app=app, policies=chosen, sets=sets, listed=listed)


def sets_on(org: Org, app_id: str) -> list[Record]:
    parents = (org.get(row["ParentId"]) for row in org.find("SetupEntityAccess", SetupEntityId=app_id))
    found = [row for row in parents if row is not None and not row.get("IsOwnedByProfile")]
    return sorted(found, key=lambda row: str(row["Label"]).lower())


@blueprint.get("/<app_id>/e")
@page(*_EDIT)
def edit_policies(who: Visitor, app_id: str) -> Answer:
    app = fetch(who, app_id, "ConnectedApplication")
    return _form(who, app, policies.current(app))


@blueprint.post("/<app_id>/e")
@page(*_EDIT)
def save_policies(who: Visitor, app_id: str) -> Answer:
    app = fetch(who, app_id, "ConnectedApplication")
    before = policies.current(app)
    acknowledged = request.form.get("acknowledged") == "1" or request.form.get("action") == "ok"
    try:
        wanted = _chosen(before)
    except policies.PolicyProblem as problem:
        return _form(who, app, before, acknowledged=acknowledged, problem=str(problem)), 400
    if request.form.get("action") == "ok":
        return _form(who, app, wanted, acknowledged=True)
    if wanted.permitted == "admin" != before.permitted and not acknowledged:
        return _form(who, app, wanted, ask=True)
    policies.save(who.org, app["Id"], wanted, who.user["Id"])
    return done(f"/{app['Id'][:15]}", "Your changes are saved.")


def _chosen(before: policies.Policies) -> policies.Policies:
    form = request.form
    refresh = form.get("refresh_token_policy", before.refresh)
    amount = form.get(f"{refresh}_amount", "")
    return policies.Policies(
        form.get("permitted_users", before.permitted),
        form.get("ip_relaxation", before.ip),
        refresh,
        int(amount) if amount.isdigit() else 0,
        form.get(f"{refresh}_unit", "DAYS"),
    )


def _form(
    who: Visitor,
    app: Record,
    chosen: policies.Policies,
    *,
    acknowledged: bool = False,
    ask: bool = False,
    problem: str = "",
) -> str:
    return render(
        "edit_policies.html",
        who,
        app=app,
        chosen=chosen,
        acknowledged=acknowledged,
        ask=ask,
        problem=problem,
        needs_ok=policies.current(app).permitted != "admin",
        permitted_options=policies.PERMITTED.items(),
        ip_options=policies.IP_RELAXATION.items(),
        refresh_options=policies.REFRESH_TOKEN.items(),
        units=policies.UNITS.items(),
    )


@blueprint.get("/<app_id>/permission-sets")
@page(*_ATTACH)
def app_permission_sets(who: Visitor, app_id: str) -> Answer:
    if refusal := _no_attaching(who):
        return refusal
    app = fetch(who, app_id, "ConnectedApplication")
    return _sets_form(who, app, {row["Id"] for row in sets_on(who.org, app["Id"])})


@blueprint.post("/<app_id>/permission-sets")
@page(*_ATTACH)
def save_app_permission_sets(who: Visitor, app_id: str) -> Answer:
    if refusal := _no_attaching(who):
        return refusal
    app = fetch(who, app_id, "ConnectedApplication")
    before = {row["Id"] for row in sets_on(who.org, app["Id"])}
    offered = {row["Id"]: row for row in sets_to_show(who.org)}
    wanted = set(request.form.getlist("set")) & set(offered)
    try:
        with who.org.transaction():
            for set_id in sorted(wanted - before):
                _attach(who.org, app, offered[set_id], who.user["Id"])
            for set_id in sorted(before - wanted):
                for row in who.org.find("SetupEntityAccess", ParentId=set_id, SetupEntityId=app["Id"]):
                    who.org.delete("SetupEntityAccess", row["Id"], who.user["Id"])
    except ApiError as error:
        return _sets_form(who, app, wanted, problem=error.message), 400
    return done(f"/{app['Id'][:15]}", "The app's permission sets are saved.")


def _no_attaching(who: Visitor) -> Answer | None:
    lacking = who.org.switches.attach_needs_manage_profiles and not who.may(_MANAGE)
    return no_access(who, [_MANAGE]) if lacking else None


def _sets_form(who: Visitor, app: Record, chosen: set[str], problem: str = "") -> str:
    return render(
        "app_permission_sets.html", who, app=app, sets=sets_to_show(who.org), chosen=chosen, problem=problem
    )


def _attach(org: Org, app: Record, row: Record, actor_id: str) -> None:
    if row.get("NamespacePrefix"):
        # Section 4c: "Cannot Modify Managed Component" is what the page says about a packaged set.
        raise ApiError("CANNOT_MODIFY_MANAGED_OBJECT", "Cannot Modify Managed Component")
    put_on_app(org, row["Id"], app["Id"], actor_id)
