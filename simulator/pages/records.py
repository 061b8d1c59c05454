"""`/{record id}` and Lightning's `.../page?address=`: one record's page, in whichever org it is."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request

from simulator.ids import to18
from simulator.pages.connected_apps import show_app
from simulator.pages.frame import Answer, fetch, page
from simulator.pages.permission_sets import show_set
from simulator.pages.users import show_user
from simulator.web.browser import Visitor, local_path

blueprint = Blueprint("pages_records", __name__)


@blueprint.get("/<record_id>")
@page("ViewSetup")
def record(who: Visitor, record_id: str) -> Answer:
    if to18(record_id) is None:
        abort(404)
    row = fetch(who, record_id)
    sobject = who.org.sobject_of(str(row["Id"]))
    if sobject == "ConnectedApplication":
        return show_app(who, row)
    if sobject == "PermissionSet":
        return show_set(who, row)
    if sobject != "User":
        abort(404)
    return show_user(who, row)


@blueprint.get("/lightning/setup/<node>/page")
@page()
def lightning_page(who: Visitor, node: str) -> Answer:
    """Lightning shows a Classic page in a frame; here the address is simply opened."""
    address = request.args.get("address", "")
    if not address or local_path(address) != address:
        abort(404)
    return redirect(address)
