"""`/`: the orgs of this stand-in, a form for another one, and each org's switches."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from simulator import client_apps
from simulator.control import fault_form, switchboard
from simulator.faults import BadRule
from simulator.ids import to18
from simulator.scenarios import SCENARIOS, create
from simulator.web import browser
from simulator.web.context import world

blueprint = Blueprint("control_home", __name__)


@blueprint.get("/")
def home() -> str:
    return home_page()


def home_page(problem: str = "", values: dict[str, str] | None = None) -> str:
    with world().lock:
        orgs = [(org, browser.people_to_offer(org)) for org in world().orgs.values()]
        words = {name: text for name, (_build, text) in SCENARIOS.items()}
        return render_template(
            "stand_in_home.html",
            orgs=orgs,
            scenarios=words,
            problem=problem,
            values=values or {},
            apps=[(app, client_apps.seconds_until_ready(world(), app)) for app in client_apps.every(world())],
            done=request.args.get("done", ""),
            **fault_form.for_home(),
        )


@blueprint.post("/")
def create_org_by_form() -> Response | tuple[str, int]:
    name, scenario = request.form.get("name", "").strip(), request.form.get("scenario", "")
    if not 0 < len(name) <= 80 or scenario not in SCENARIOS:
        return home_page(
            "Give the org a name of at most 80 characters and choose a starting state.",
            request.form.to_dict(),
        ), 400
    with world().lock:
        create(world(), scenario, name=name, is_sandbox=request.form.get("kind") != "production")
    return redirect("/?" + urlencode({"done": f"{name} is there."}))


@blueprint.post("/stand-in/apps.html")
def register_app_by_form() -> Response | tuple[str, int]:
    wanted = request.form.to_dict() | {"pkce_required": "pkce_required" in request.form}
    with world().lock:
        try:
            app = client_apps.register(world(), wanted)
        except client_apps.BadApp as error:
            return home_page(f"That app can't be registered: {error}", request.form.to_dict()), 400
    return redirect("/?" + urlencode({"done": f"{app.label} is registered."}) + "#apps")


@blueprint.post("/stand-in/secret.html")
def rotate_secret_by_form() -> Response | tuple[str, int]:
    with world().lock:
        try:
            client_apps.rotate_secret(world(), request.form.get("client_id", ""))
        except KeyError:
            return home_page("Nobody registered such an app."), 400
    return redirect("/?" + urlencode({"done": "The app has a new secret. The old one is over."}) + "#apps")


@blueprint.post("/stand-in/faults.html")
def change_faults_by_form() -> Response | tuple[str, int]:
    try:
        done = fault_form.change(request.form)
    except (BadRule, ValueError) as error:
        return home_page(f"That fault can't be switched on: {error}"), 400
    return redirect("/?" + urlencode({"done": done}))


@blueprint.get("/stand-in/switch")
def switch() -> str:
    """Another org or another person in this browser."""
    target = browser.local_path(request.args.get("to"))
    with world().lock:
        only = to18(request.args.get("org", ""))
        orgs = [org for org in world().orgs.values() if only in (None, org.id)]
        choices = [(org, browser.people_to_offer(org)) for org in orgs]
        return render_template(
            "switch.html", choices=choices, start_url=target, login_query=urlencode({"startURL": target})
        )


@blueprint.get("/stand-in/orgs/<org_id>/switches.html")
def show_switches(org_id: str) -> str | tuple[str, int]:
    return _switches(org_id)


@blueprint.post("/stand-in/orgs/<org_id>/switches.html")
def save_switches(org_id: str) -> Response | str | tuple[str, int]:
    with world().lock:
        org = world().orgs.get(to18(org_id) or "")
        if org is None:
            return _switches(org_id)
        try:
            switchboard.change(org.switches, switchboard.from_text(org.switches, request.form))
        except switchboard.BadSwitch as error:
            return _switches(org_id, str(error))
        org.changed = True
        return redirect("/?" + urlencode({"done": f"The switches of {org.name} are saved."}))


def _switches(org_id: str, problem: str = "") -> str | tuple[str, int]:
    with world().lock:
        org = world().orgs.get(to18(org_id) or "")
        if org is None:
            return home_page("There is no such org here."), 404
        page = render_template(
            "stand_in_switches.html", org=org, rows=_rows(asdict(org.switches)), problem=problem
        )
        return (page, 400) if problem else page


def _rows(switches: dict[str, object]) -> list[dict[str, object]]:
    """What the form shows; the table of raw refresh token values is for the JSON API."""
    return [
        {
            "name": name,
            "value": value,
            "choices": switchboard.CHOICES.get(name, ()),
            "kind": type(value).__name__,
        }
        for name, value in switches.items()
        if not isinstance(value, dict)
    ]
