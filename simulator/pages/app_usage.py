"""Connected Apps OAuth Usage: Install, Block and Unblock, for the Marketing Cloud app and for our own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, request

from simulator.client_apps import APP_LABEL as OUR_LABEL
from simulator.client_apps import CLIENT_ID
from simulator.oauth import grants
from simulator.org.store import Org
from simulator.pages.frame import Answer, done, page, render
from simulator.seeding.package import APP_LABEL, install_app
from simulator.web.browser import Visitor
from simulator.web.context import world

blueprint = Blueprint("pages_app_usage", __name__)

PATH = "/lightning/setup/ConnectedAppsUsage/home"
_NEEDED = ("CustomizeApplication", "ModifyAllData|ManageRemoteAccess")
# Section 6: recorded action names; only the first one's sentence is recorded, the other two follow it.
_AUDIT = {
    "install": ("insertConnectedApplication", "Installed Connected App {} to Salesforce"),
    "block": ("blockConnectedApplication", "Blocked Connected App {}"),
    "unblock": ("unblockConnectedApplication", "Unblocked Connected App {}"),
}


@dataclass(frozen=True)
class Used:
    """One line of the list."""

    key: str
    label: str
    id: str
    users: int
    installed: bool
    blocked: bool

    @property
    def state(self) -> str:
        return "Blocked" if self.blocked else "Installed" if self.installed else "Not installed"

    @property
    def actions(self) -> tuple[str, ...]:
        if self.blocked:
            return ("Unblock",)
        return ("Block",) if self.installed else ("Install", "Block")


def used_apps(org: Org) -> list[Used]:
    """An app is listed once it was used here (section 3), or is installed."""
    users: dict[str, set[str]] = {APP_LABEL: set(), OUR_LABEL: set()}
    for row in org.rows("OauthToken"):
        users.setdefault(row["AppName"], set()).add(row["UserId"])
    app = org.get(org.app_id)
    blocked = bool(app["_blocked"]) if app and "_blocked" in app else bool(org.extra.get("app_blocked"))
    theirs = Used("mc", APP_LABEL, org.app_id, len(users[APP_LABEL]), app is not None, blocked)
    state = org.switches.our_app
    ours = Used(
        "ours",
        OUR_LABEL,
        "",
        len(users[OUR_LABEL]),
        state not in ("not_installed", "blocked"),
        state == "blocked",
    )
    return [
        each for each in (theirs, ours) if each.users or each.installed or each.blocked or each.key == "ours"
    ]


@blueprint.get(PATH)
@page(*_NEEDED)
def oauth_usage(who: Visitor) -> Answer:
    return render("oauth_usage.html", who, apps=used_apps(who.org))


@blueprint.post(PATH)
@page(*_NEEDED)
def change_usage(who: Visitor) -> Answer:
    action = request.form.get("action", "")
    used = next((each for each in used_apps(who.org) if each.key == request.form.get("app")), None)
    if used is None or action.capitalize() not in used.actions:
        # Somebody else was faster, or the page is old: show what holds now.
        return (
            done(PATH, "Nothing was changed: the app's state is another one now.")
            if action in _AUDIT
            else abort(400)
        )
    if used.key == "mc":
        _change_marketing_cloud(who.org, action, who.user["Id"])
    else:
        _change_ours(who.org, action, who.user["Id"])
    return done(PATH, f"{used.label}: {action} is done.")


def _change_marketing_cloud(org: Org, action: str, actor_id: str) -> None:
    if action == "install":
        install_app(org, actor_id)
        return
    org.extra["app_blocked"] = action == "block"
    if org.get(org.app_id):
        org.patch(org.app_id, actor_id=actor_id, _blocked=action == "block")
    _audit(org, action, APP_LABEL, actor_id)


def _change_ours(org: Org, action: str, actor_id: str) -> None:
    org.switches.change(our_app="blocked" if action == "block" else "installed")
    if action == "block":
        grants.end_chains_of(world(), org, client_id=CLIENT_ID)
    _audit(org, action, OUR_LABEL, actor_id)


def _audit(org: Org, action: str, label: str, actor_id: str) -> None:
    name, sentence = _AUDIT[action]
    org.audit(name, "Connected Apps", sentence.format(label), actor_id)
