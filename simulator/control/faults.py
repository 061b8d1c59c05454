"""Faults by JSON: `/stand-in/faults`, `/stand-in/latency`."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from simulator.control.requests import Bad, json_body, refusal
from simulator.faults import Rule, Standing
from simulator.faults.rules import LONGEST
from simulator.web.context import world

blueprint = Blueprint("control_faults", __name__)
_DEFAULTS = {each.name: each.default for each in fields(Rule) if each.name != "fault"}


def summary(standing: Standing) -> dict[str, Any]:
    """Only what differs from the defaults: short enough to read."""
    rule = asdict(standing.rule)
    told = {name: value for name, value in rule.items() if _DEFAULTS.get(name, ...) != value}
    return {"id": standing.id, "seen": standing.seen, "done": standing.done, "rule": told}


@blueprint.get("/stand-in/faults")
def list_faults() -> Response:
    faults = world().faults
    return jsonify(
        latency_ms=round(faults.latency * 1000), rules=[summary(each) for each in faults.standing()]
    )


@blueprint.post("/stand-in/faults")
def add_fault() -> tuple[Response, int]:
    rule = Rule.from_json(json_body())
    return jsonify(id=world().faults.add(rule)), 201


@blueprint.delete("/stand-in/faults")
def clear_faults() -> tuple[str, int]:
    """Every rule and the general latency."""
    world().faults.clear()
    return "", 204


@blueprint.get("/stand-in/faults/<int:number>")
def read_fault(number: int) -> Response:
    standing = world().faults.get(number)
    return jsonify(summary(standing)) if standing else refusal(404, "no such rule")


@blueprint.delete("/stand-in/faults/<int:number>")
def remove_fault(number: int) -> tuple[str, int] | Response:
    return ("", 204) if world().faults.remove(number) else refusal(404, "no such rule")


@blueprint.post("/stand-in/latency")
def set_latency() -> Response:
    """`{"ms": n}` before every answer of every org."""
    wanted = json_body().get("ms")
    if isinstance(wanted, bool) or not isinstance(wanted, int | float) or not 0 <= wanted <= LONGEST * 1000:
        raise Bad(f"ms is a number up to {LONGEST * 1000:.0f}")
    world().faults.latency = wanted / 1000
    return jsonify(ms=wanted)
