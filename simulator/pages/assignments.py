"""Manage Assignments and Add Assignments of one permission set (lines 20-26)."""

from __future__ import annotations

from flask import Blueprint, request

from simulator.errors import ApiError
from simulator.org.store import Record
from simulator.pages.frame import SHOWN, Answer, done, fetch, page, profile_name, render, search_people
from simulator.web.browser import Visitor

blueprint = Blueprint("pages_assignments", __name__)

_PATH = "/lightning/setup/PermSets/<set_id>/PermissionSetAssignment"
_ASSIGN = "AssignPermissionSets|ManageUsers"


@blueprint.get(f"{_PATH}/home")
@page("ViewSetup")
def assignments(who: Visitor, set_id: str) -> Answer:
    return _current(who, fetch(who, set_id, "PermissionSet"))


def _current(who: Visitor, row: Record, problem: str = "") -> str:
    found = who.org.find("PermissionSetAssignment", PermissionSetId=row["Id"])
    people = [(each, person) for each in found if (person := who.org.get(each["AssigneeId"])) is not None]
    people.sort(key=lambda pair: str(pair[1]["Name"]).lower())
    shown = [(each, person, profile_name(who.org, person)) for each, person in people[:SHOWN]]
    return render("assignments.html", who, row=row, people=shown, total=len(people), problem=problem)


@blueprint.post(f"{_PATH}/home")
@page("ViewSetup", _ASSIGN)
def remove_assignments(who: Visitor, set_id: str) -> Answer:
    row = fetch(who, set_id, "PermissionSet")
    mine = {each["Id"] for each in who.org.find("PermissionSetAssignment", PermissionSetId=row["Id"])}
    wanted = mine & set(request.form.getlist("assignment"))
    try:
        for assignment_id in sorted(wanted):
            who.org.delete("PermissionSetAssignment", assignment_id, who.user["Id"])
    except ApiError as error:
        return _current(who, row, error.message), 400
    return done(request.path, f"{len(wanted)} removed." if wanted else "Select someone first.")


@blueprint.get(f"{_PATH}/add")
@page("ViewSetup", _ASSIGN)
def add_assignments(who: Visitor, set_id: str) -> Answer:
    row, q = fetch(who, set_id, "PermissionSet"), request.args.get("q", "")
    people, more = search_people(who.org, q, active_only=True)
    return render("assignments_add.html", who, row=row, people=people, more=more, q=q)


@blueprint.post(f"{_PATH}/add")
@page("ViewSetup", _ASSIGN)
def assign(who: Visitor, set_id: str) -> Answer:
    """**Assign**: each person on their own, then the summary with **Done**."""
    row = fetch(who, set_id, "PermissionSet")
    outcomes = []
    for user_id in dict.fromkeys(request.form.getlist("user")):
        person = fetch(who, user_id, "User")
        outcomes.append((person["Name"], assign_one(who, row["Id"], person["Id"])))
    if not outcomes:
        return done(request.path, "Select someone first.")
    return render("assignments_done.html", who, row=row, outcomes=outcomes)


def assign_one(who: Visitor, set_id: str, user_id: str) -> str:
    """Nothing, or why it failed."""
    values = {"AssigneeId": user_id, "PermissionSetId": set_id}
    try:
        who.org.insert("PermissionSetAssignment", values, who.user["Id"])
    except ApiError as error:
        return _as_the_page_says_it(who, error, set_id, user_id)
    return ""


def _as_the_page_says_it(who: Visitor, error: ApiError, set_id: str, user_id: str) -> str:
    """A licence that doesn't fit is told with both names here, whatever the API's text is (section 4b)."""
    person, row = who.org.get(user_id), who.org.get(set_id)
    if error.message.startswith("The user license") and person and row:
        return f'Can\'t assign permission set "{row["Label"]}" to user "{person["Name"]}". {error.message}'
    return error.message
