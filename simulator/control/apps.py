"""`/stand-in/apps`: registering apps that may sign in, as a test or another program asks for it."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, abort, jsonify
from werkzeug.wrappers import Response

from simulator import client_apps
from simulator.control.requests import json_body, refusal
from simulator.oauth import grants
from simulator.web.context import world

blueprint = Blueprint("control_apps", __name__)


@blueprint.get("/stand-in/apps")
def list_apps() -> Response:
    with world().lock:
        return jsonify([asdict(each) for each in client_apps.every(world())])


@blueprint.post("/stand-in/apps")
def register_app() -> Response:
    """`label` and `callbacks`; `public`, `pkce_required`, `org_id` and `ready_in_seconds` if wanted."""
    body = json_body()
    with world().lock:
        answer = jsonify(asdict(client_apps.register(world(), body)))
    answer.status_code = 201
    return answer


@blueprint.post("/stand-in/apps/<client_id>/secret")
def rotate_secret(client_id: str) -> Response:
    with world().lock:
        _must_be_registered(client_id)
        return jsonify(secret=client_apps.rotate_secret(world(), client_id))


@blueprint.delete("/stand-in/apps/<client_id>")
def remove_app(client_id: str) -> tuple[str, int]:
    """The app and all its grants."""
    with world().lock:
        _must_be_registered(client_id)
        for org in world().orgs.values():
            grants.end_chains_of(world(), org, client_id=client_id)
        client_apps.remove(world(), client_id)
    return "", 204


def _must_be_registered(client_id: str) -> None:
    if client_id not in {each.client_id for each in client_apps.registered(world())}:
        abort(refusal(404, "nobody registered an app with this client id"))
