"""What every page has in common: a signed-in person, their rights, and the header."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from flask import abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from simulator.errors import ApiError
from simulator.oauth.login import login_address
from simulator.org.store import Org, Record
from simulator.web.browser import Visitor, visitor
from simulator.web.context import world

Answer = str | Response | tuple[str, int]
SHOWN = 100  # rows on one page of people
_RIGHTS = {
    "ViewSetup": "View Setup and Configuration",
    "CustomizeApplication": "Customize Application",
    "ModifyAllData": "Modify All Data",
    "ManageProfilesPermissionsets": "Manage Profiles and Permission Sets",
    "AssignPermissionSets": "Assign Permission Sets",
    "ManageUsers": "Manage Users",
    "ManageRemoteAccess": "Manage Connected Apps",
    "InstallPackaging": "Download AppExchange Packages",
    "ViewSetupAuditTrail": "View Setup Audit Trail",
}


def page(*needed: str) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """A page for signed-in people; each of `needed` is a right, or several with `|`: one is enough."""

    def decorate(view: Callable[..., Answer]) -> Callable[..., Answer]:
        @wraps(view)
        def guarded(**values: object) -> Answer:
            with world().lock:
                who = visitor()
                if who is None:
                    return redirect(login_address(request.full_path.rstrip("?")))
                missing = missing_of(who, needed)
                if missing:
                    return no_access(who, missing)
                return view(who, **values)

        return guarded

    return decorate


def missing_of(who: Visitor, needed: tuple[str, ...]) -> list[str]:
    return [each for each in needed if not any(who.may(one) for one in each.split("|"))]


def no_access(who: Visitor, missing: list[str]) -> Answer:
    names = [" or ".join(_RIGHTS.get(one, one) for one in each.split("|")) for each in missing]
    text = "You do not have the level of access necessary to perform the operation you requested."
    return render(
        "message.html",
        who,
        heading="Insufficient Privileges",
        text=f"{text} Missing here: {', '.join(names)}. Ask an administrator of {who.org.name}.",
        links=[],
    ), 403


def render(template: str, who: Visitor, **context: object) -> str:
    notice = request.args.get("done", "") if request.method == "GET" else ""
    return render_template(template, org=who.org, me=who.user, **{"notice": notice, "problem": ""} | context)


def done(path: str, words: str = "") -> Response:
    """After a change: on to a page that says so. A reload does nothing twice."""
    return redirect(f"{path}?{urlencode({'done': words})}" if words else path)


def fetch(who: Visitor, record_id: str, sobject: str = "") -> Record:
    """The record of this org, or 404; one of another org is offered there."""
    row = who.org.get(record_id)
    if row is None:
        other = next((org for org in world().orgs.values() if org.get(record_id) is not None), None)
        abort(make_response(_elsewhere(who, other)) if other else 404)
    if sobject and who.org.sobject_of(str(row["Id"])) != sobject:
        abort(404)
    return row


def _elsewhere(who: Visitor, other: Org) -> Answer:
    """In Salesforce each org has its own host; here they share one, so a link may be about another org."""
    path = request.full_path.rstrip("?") if request.method == "GET" else "/lightning/setup/SetupOneHome/home"
    target = "/stand-in/switch?" + urlencode({"org": other.id, "to": path})
    text = f"This link is about a record of {other.name}, but you are signed in to {who.org.name}."
    links = [(f"Switch to {other.name}", target)]
    return render("message.html", who, heading="Another org", text=text, links=links), 404


def sets_to_show(org: Org) -> list[Record]:
    """The permission sets that Setup lists: without those that profiles own."""
    rows = [row for row in org.rows("PermissionSet") if not row.get("IsOwnedByProfile")]
    return sorted(rows, key=lambda row: str(row["Label"]).lower())


def profile_name(org: Org, user: Record) -> str:
    profile = org.get(user.get("ProfileId"))
    return str(profile["Name"]) if profile else ""


def search_people(org: Org, text: str, *, active_only: bool = False) -> tuple[list[tuple[Record, str]], bool]:
    """People by name, username or profile, the first hundred, and whether there are more."""
    wanted = text.strip().lower()
    found = []
    for row in sorted(org.rows("User"), key=lambda row: str(row["Name"]).lower()):
        profile = profile_name(org, row)
        if wanted in f"{row['Name']}\n{row['Username']}\n{profile}".lower() and (
            row["IsActive"] or not active_only
        ):
            found.append((row, profile))
        if len(found) > SHOWN:
            return found[:SHOWN], True
    return found, False


def words_of(error: ApiError) -> str:
    """An API refusal as a page shows it."""
    return error.message
