"""Faults by JSON (`/stand-in/faults`, `/stand-in/latency`) and by a form on the home page."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any
from urllib.parse import urlencode

from flask import jsonify, redirect, request
from werkzeug.wrappers import Response

from simulator.control import blueprint
from simulator.control.api import Bad, json_body, not_here
from simulator.faults import BadRule, Rule, Standing
from simulator.faults.catalogue import FAULTS
from simulator.faults.rules import LONGEST
from simulator.here import world

_DEFAULTS = {each.name: each.default for each in fields(Rule) if each.name != "fault"}


def summary(standing: Standing) -> dict[str, Any]:
    """Only what differs from the defaults: short enough to read."""
    rule = asdict(standing.rule)
    told = {name: value for name, value in rule.items() if _DEFAULTS.get(name, ...) != value}
    return {"id": standing.id, "seen": standing.seen, "done": standing.done, "rule": told}


def words(standing: Standing) -> str:
    told = summary(standing)["rule"]
    more = ", ".join(f"{name} {value}" for name, value in told.items() if name != "fault")
    return f"{standing.rule.fault}" + (f" ({more})" if more else "")


@blueprint.errorhandler(BadRule)
def _bad_rule(error: BadRule) -> Response:
    answer = jsonify(error=str(error))
    answer.status_code = 400
    return answer


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
    return jsonify(summary(standing)) if standing else not_here("no such rule")


@blueprint.delete("/stand-in/faults/<int:number>")
def remove_fault(number: int) -> tuple[str, int] | Response:
    return ("", 204) if world().faults.remove(number) else not_here("no such rule")


@blueprint.post("/stand-in/latency")
def set_latency() -> Response:
    """`{"ms": n}` before every answer of every org."""
    wanted = json_body().get("ms")
    if isinstance(wanted, bool) or not isinstance(wanted, int | float) or not 0 <= wanted <= LONGEST * 1000:
        raise Bad(f"ms is a number up to {LONGEST * 1000:.0f}")
    world().faults.latency = wanted / 1000
    return jsonify(ms=wanted)


# -- the form on the home page


def for_home() -> dict[str, Any]:
    return {
        "faults": {name: fault.words for name, fault in FAULTS.items()},
        "standing": [(each.id, words(each), each.done) for each in world().faults.standing()],
    }


@blueprint.post("/stand-in/faults.html")
def change_by_form() -> Response | tuple[str, int]:
    from simulator.control.home import home_page

    form = request.form
    try:
        done = _changed_by(form)
    except (BadRule, ValueError) as error:
        return home_page(f"That fault can't be switched on: {error}"), 400
    return redirect("/?" + urlencode({"done": done}))


def _changed_by(form: Any) -> str:
    faults = world().faults
    if "clear" in form:
        faults.clear()
        return "No faults any more."
    if "remove" in form:
        faults.remove(int(form["remove"]))
        return "The fault is switched off."
    rule = Rule(
        form.get("fault", ""),
        kind=form.get("fault_kind", ""),
        org=form.get("org", ""),
        times=int(form["times"]) if form.get("times") else None,
        seconds=float(form.get("seconds") or 0),
        effect=form.get("effect") == "1",
    )
    return f"Switched on: {words(Standing(faults.add(rule), rule))}."
