"""The form on the home page that switches faults on and off."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.control.faults import summary
from simulator.faults import Rule, Standing
from simulator.faults.catalogue import FAULTS
from simulator.web.context import world


def words(standing: Standing) -> str:
    told = summary(standing)["rule"]
    more = ", ".join(f"{name} {value}" for name, value in told.items() if name != "fault")
    return f"{standing.rule.fault}" + (f" ({more})" if more else "")


def for_home() -> dict[str, object]:
    return {
        "faults": {name: fault.words for name, fault in FAULTS.items()},
        "standing": [(each.id, words(each), each.done) for each in world().faults.standing()],
    }


def change(form: Mapping[str, str]) -> str:
    """What was done, in words."""
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
