"""Users: the list, and one user's page with permission sets, Freeze, Deactivate and the boxes."""

from __future__ import annotations

from flask import Blueprint, abort, request

from simulator import engagement
from simulator.errors import ApiError
from simulator.org.store import Org, Record
from simulator.pages.assignments import assign_one
from simulator.pages.frame import Answer, done, fetch, page, render, search_people, sets_to_show
from simulator.web.browser import Visitor

blueprint = Blueprint("pages_users", __name__)

_BOXES = (
    ("UserPermissionsMarketingUser", "Marketing User", False),
    ("et4ae5__ExactTargetForAppExchangeUser__c", "Marketing Cloud for AppExchange User", True),
    ("et4ae5__ExactTargetForAppExchangeAdmin__c", "Marketing Cloud for AppExchange Admin", True),
)
_FACTS = (
    ("et4ae5__ValidExactTargetUser__c", "Valid Marketing Cloud User"),
    ("et4ae5__ExactTargetUsername__c", "Marketing Cloud Username"),
    ("et4ae5__Default_MID__c", "Default MID"),
)


@blueprint.get("/lightning/setup/ManageUsers/home")
@blueprint.get("/005")
@page("ViewSetup")
def users(who: Visitor) -> Answer:
    q = request.args.get("q", "")
    people, more = search_people(who.org, q)
    return render("users.html", who, people=people, more=more, q=q)


def show_user(who: Visitor, person: Record, problem: str = "") -> str:
    """The record page of a user; `records` calls it."""
    org = who.org
    profile = org.get(person["ProfileId"]) or {"Name": ""}
    licence = org.get(profile.get("UserLicenseId"))
    facts = [(label, person.get(name) or "") for name, label in _FACTS] if org.package_installed else []
    return render(
        "user.html",
        who,
        person=person,
        profile=profile,
        licence=licence["Name"] if licence else "",
        frozen=engagement.is_frozen(org, person["Id"]),
        sets=sets_to_show(org),
        held=_held(org, person),
        boxes=[(name, label, person.get(name)) for name, label in _boxes(org)],
        facts=facts,
        problem=problem,
    )


def _boxes(org: Org) -> list[tuple[str, str]]:
    return [(name, label) for name, label, packaged in _BOXES if org.package_installed or not packaged]


def _held(org: Org, person: Record) -> dict[str, str]:
    """Set id -> assignment id."""
    found = org.find("PermissionSetAssignment", AssigneeId=person["Id"])
    return {row["PermissionSetId"]: row["Id"] for row in found}


@blueprint.post("/<user_id>/permission-sets/assign")
@page("ViewSetup", "AssignPermissionSets|ManageUsers")
def edit_assignments(who: Visitor, user_id: str) -> Answer:
    person = fetch(who, user_id, "User")
    held = _held(who.org, person)
    offered = {row["Id"] for row in sets_to_show(who.org)}
    wanted = set(request.form.getlist("set")) & offered
    problems = [assign_one(who, set_id, person["Id"]) for set_id in sorted(wanted - set(held))]
    try:
        for set_id in sorted((set(held) & offered) - wanted):
            who.org.delete("PermissionSetAssignment", held[set_id], who.user["Id"])
    except ApiError as error:
        problems.append(error.message)
    problem = " ".join(filter(None, problems))
    if problem:
        return show_user(who, person, problem), 400
    return done(f"/{person['Id'][:15]}", "The permission sets are saved.")


@blueprint.post("/<user_id>/state")
@page("ViewSetup", "ManageUsers")
def change_state(who: Visitor, user_id: str) -> Answer:
    person, action = fetch(who, user_id, "User"), request.form.get("action")
    try:
        if action in ("freeze", "unfreeze"):
            for login in who.org.find("UserLogin", UserId=person["Id"]):
                who.org.update("UserLogin", login["Id"], {"IsFrozen": action == "freeze"}, who.user["Id"])
        elif action in ("activate", "deactivate"):
            who.org.update("User", person["Id"], {"IsActive": action == "activate"}, who.user["Id"])
        else:
            abort(400)
    except ApiError as error:
        return show_user(who, person, error.message), 400
    return done(f"/{person['Id'][:15]}", "The user is saved.")


@blueprint.post("/<user_id>/boxes")
@page("ViewSetup", "ManageUsers")
def change_boxes(who: Visitor, user_id: str) -> Answer:
    person = fetch(who, user_id, "User")
    values = {name: request.form.get(name) == "1" for name, _label in _boxes(who.org)}
    try:
        who.org.update("User", person["Id"], values, who.user["Id"])
    except ApiError as error:
        return show_user(who, person, error.message), 400
    return done(f"/{person['Id'][:15]}", "The user is saved.")
