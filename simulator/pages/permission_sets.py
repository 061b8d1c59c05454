"""Permission Sets: the list, New, one set's page (lines 11-16)."""

from __future__ import annotations

import re

from flask import Blueprint, request

from simulator.errors import ApiError
from simulator.org.store import Record
from simulator.pages.frame import Answer, done, fetch, page, render, sets_to_show
from simulator.web.browser import Visitor

blueprint = Blueprint("pages_permission_sets", __name__)

HOME = "/lightning/setup/PermSets/home"
_MANAGE = "ManageProfilesPermissionsets"


@blueprint.get(HOME)
@blueprint.get("/0PS")
@page("ViewSetup")
def permission_sets(who: Visitor) -> Answer:
    return render("permission_sets.html", who, sets=sets_to_show(who.org))


@blueprint.get("/lightning/setup/PermSets/new")
@blueprint.get("/0PS/e")
@page("ViewSetup", _MANAGE)
def new_permission_set(who: Visitor) -> Answer:
    return _form(who, {"label": "", "name": "", "description": ""})


@blueprint.post("/lightning/setup/PermSets/new")
@blueprint.post("/0PS/e")
@page("ViewSetup", _MANAGE)
def create_permission_set(who: Visitor) -> Answer:
    values = {name: request.form.get(name, "").strip() for name in ("label", "name", "description")}
    values["name"] = values["name"] or generated_name(values["label"])
    row = {"Label": values["label"], "Name": values["name"], "Description": values["description"] or None}
    try:
        set_id = who.org.insert("PermissionSet", row, who.user["Id"])
    except ApiError as error:
        return _form(who, values, problem=error.message), 400
    return done(f"/{set_id[:15]}", "The permission set is saved.")


def generated_name(label: str) -> str:
    """What the page fills in as the API name (section 13, inference)."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", label).strip("_")
    return f"X{name}" if name[:1].isdigit() else name


def _form(who: Visitor, values: dict[str, str], problem: str = "") -> str:
    return render("permission_set_new.html", who, values=values, problem=problem)


def show_set(who: Visitor, row: Record) -> Answer:
    """The record page of a set; `records` calls it."""
    maker = who.org.get(row.get("CreatedById"))
    return render(
        "permission_set.html",
        who,
        row=row,
        created_by=maker["Name"] if maker else "",
        assigned=len(who.org.find("PermissionSetAssignment", PermissionSetId=row["Id"])),
    )


@blueprint.post("/<set_id>/rename")
@page("ViewSetup", _MANAGE)
def rename_permission_set(who: Visitor, set_id: str) -> Answer:
    """**Edit Properties**, as far as the two names go."""
    row = fetch(who, set_id, "PermissionSet")
    names = {"Label": request.form.get("label", "").strip(), "Name": request.form.get("name", "").strip()}
    try:
        who.org.update("PermissionSet", row["Id"], names, who.user["Id"])
    except ApiError as error:
        return _refused(who, row, "Can't save", error), 400
    return done(f"/{row['Id'][:15]}", "The permission set is saved.")


@blueprint.post("/<set_id>/delete")
@page("ViewSetup", _MANAGE)
def delete_permission_set(who: Visitor, set_id: str) -> Answer:
    row = fetch(who, set_id, "PermissionSet")
    try:
        who.org.delete("PermissionSet", row["Id"], who.user["Id"])
    except ApiError as error:
        return _refused(who, row, "Can't delete", error), 400
    return done(HOME, f"{row['Label']} is deleted.")


def _refused(who: Visitor, row: Record, heading: str, error: ApiError) -> str:
    back = [("Back", f"/{row['Id'][:15]}")]
    return render("message.html", who, heading=heading, text=error.message, links=back)
