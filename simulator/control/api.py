"""`/stand-in/...`: JSON for the try-out command and for tests in another process.

A page of another site can't call it: writes must say `Content-Type: application/json`, which a
browser only sends across sites after asking, and nobody answers that question here.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, jsonify, request
from werkzeug.wrappers import Response

from simulator.client_apps import CLIENT_ID
from simulator.clock import stamp
from simulator.control import switchboard
from simulator.control.requests import Bad, json_body, refusal
from simulator.engagement import advance
from simulator.ids import to18
from simulator.oauth import grants
from simulator.org.store import Org
from simulator.scenarios import SCENARIOS, create
from simulator.web.context import origin, world

blueprint = Blueprint("control_api", __name__)


def _org(org_id: str) -> Org:
    """By 15- or 18-character id, or by name."""
    org = world().orgs.get(to18(org_id) or "")
    org = org or next((each for each in world().orgs.values() if each.name == org_id), None)
    if org is None:
        abort(refusal(404, "no such org"))
    advance(org)
    return org


def summary(org: Org) -> dict[str, object]:
    users = {
        "admin": org.admin_id,
        "connection_user": org.connection_user_id,
        "limited_admin": str(org.extra.get("limited_admin_id", "")),
    }
    return {
        "id": org.id,
        "name": org.name,
        "is_sandbox": org.is_sandbox,
        "scenario": org.scenario,
        "domain": org.extra.get("domain"),
        "mid": org.extra.get("mid"),
        "app_id": org.app_id,
        "package_installed": org.package_installed,
        "users": {
            role: {"id": user["Id"], "username": user["Username"], "name": user["Name"]}
            for role, user_id in users.items()
            if (user := org.get(user_id)) is not None
        },
        "people": len(org.tables["User"]),
        "switches": asdict(org.switches),
        "url": f"{origin()}/stand-in/orgs/{org.id}",
    }


@blueprint.get("/stand-in/scenarios")
def scenarios() -> Response:
    return jsonify({name: words for name, (_build, words) in SCENARIOS.items()})


@blueprint.get("/stand-in/orgs")
def list_orgs() -> Response:
    with world().lock:
        return jsonify([summary(org) for org in world().orgs.values()])


@blueprint.post("/stand-in/orgs")
def create_org() -> tuple[Response, int]:
    body = json_body()
    with world().lock:
        org = _create(body)
        return jsonify(summary(org)), 201


def _create(body: dict[str, Any]) -> Org:
    known = {"scenario", "name", "is_sandbox", "my_domain", "people", "switches"}
    if unknown := sorted(set(body) - known):
        raise Bad(f"unknown: {', '.join(unknown)}")
    scenario, name = body.get("scenario", "fresh"), body.get("name", "")
    if scenario not in SCENARIOS:
        raise Bad(f"scenario is one of {', '.join(SCENARIOS)}")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 80:
        raise Bad("name has 1 to 80 characters")
    people = body.get("people")
    if people is not None and not (type(people) is int and 0 <= people <= 50_000):
        raise Bad("people is a number up to 50,000")
    my_domain = body.get("my_domain")
    if my_domain is not None and not isinstance(my_domain, str):
        raise Bad("my_domain is text")
    org = create(
        world(),
        scenario,
        name=name.strip(),
        is_sandbox=bool(body.get("is_sandbox", True)),
        my_domain=my_domain,
        people=people,
    )
    switchboard.change(org.switches, body.get("switches", {}))
    return org


@blueprint.get("/stand-in/orgs/<org_id>")
def read_org(org_id: str) -> Response:
    with world().lock:
        return jsonify(summary(_org(org_id)))


@blueprint.delete("/stand-in/orgs/<org_id>")
def delete_org(org_id: str) -> tuple[str, int]:
    with world().lock:
        org = _org(org_id)
        grants.end_chains_of(world(), org, client_id=None)
        del world().orgs[org.id]
        world().changed = True
    return "", 204


@blueprint.get("/stand-in/orgs/<org_id>/switches")
def read_switches(org_id: str) -> Response:
    with world().lock:
        return jsonify(asdict(_org(org_id).switches))


@blueprint.patch("/stand-in/orgs/<org_id>/switches")
def change_switches(org_id: str) -> Response:
    body = json_body()
    with world().lock:
        org = _org(org_id)
        switchboard.change(org.switches, body)
        org.changed = True
        return jsonify(asdict(org.switches))


@blueprint.get("/stand-in/orgs/<org_id>/rows/<sobject>")
def read_rows(org_id: str, sobject: str) -> Response:
    """The rows as they are kept, hidden keys too: for a test that asserts what really is in the org."""
    with world().lock:
        org = _org(org_id)
        if sobject not in org.tables:
            abort(refusal(404, "no such object"))
        wanted = request.args.to_dict()
        rows = [row for row in org.rows(sobject) if all(str(row.get(k)) == v for k, v in wanted.items())]
        return jsonify(rows)


@blueprint.post("/stand-in/orgs/<org_id>/tokens")
def end_tokens(org_id: str) -> Response:
    """`{"action": "expire"}` ends access tokens only, `"revoke"` whole grants; `"user_id"` narrows it.

    Of our app, or of the one whose `"client_id"` is given.
    """
    body = json_body()
    if body.get("action") not in ("expire", "revoke"):
        raise Bad("action is expire or revoke")
    with world().lock:
        ended = grants.end_chains_of(
            world(),
            _org(org_id),
            client_id=str(body.get("client_id", CLIENT_ID)),
            user_id=to18(str(body.get("user_id", ""))),
            access_only=body["action"] == "expire",
        )
        world().changed = True
    return jsonify(ended=ended)


@blueprint.post("/stand-in/orgs/<org_id>/containment")
def contain(org_id: str) -> Response:
    """Salesforce's own containment of `user_id` (N3, N4): frozen, every grant ended, no audit row."""
    user_id = to18(str(json_body().get("user_id", "")))
    with world().lock:
        org = _org(org_id)
        if user_id is None or user_id not in org.tables["User"]:
            raise Bad("user_id is the id of a person of this org")
        for login in org.find("UserLogin", UserId=user_id):
            org.patch(login["Id"], IsFrozen=True)
        ended = grants.end_chains_of(world(), org, client_id=None, user_id=user_id)
        return jsonify(ended=ended)


@blueprint.get("/stand-in/log")
def read_log() -> Response:
    """The requests since a mark; without `since` only the mark, to be sent next time."""
    with world().lock:
        mark = world().mark()
        since = request.args.get("since", type=int, default=mark)
        entries = world().log_since(since)
        org_id = request.args.get("org")
        found = [asdict(each) | {"at": stamp(each.at)} for each in entries if org_id in (None, each.org_id)]
        return jsonify(mark=mark, api_calls=sum(each["api_call"] for each in found), entries=found)


@blueprint.post("/stand-in/clock")
def move_clock() -> Response:
    """`{"offset_seconds": n}`: the stand-in's clock against the real one (expiry, clock skew)."""
    seconds = json_body().get("offset_seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise Bad("offset_seconds is a number")
    with world().lock:
        world().clock.offset = timedelta(seconds=seconds)
        return jsonify(now=stamp(world().clock.now()))
