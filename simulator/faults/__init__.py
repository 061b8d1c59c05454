"""Everything that goes wrong between a client and an org, by rule, switchable while it runs.

`world.faults.add(Rule("timeout", kind="composite write", nth=1, effect=True))`, or by JSON under
`/stand-in/faults`. What a rule does not touch passes as it is.
"""

from __future__ import annotations

from simulator.faults.rules import BadRule, Faults, Rule, Standing

__all__ = ["BadRule", "Faults", "Rule", "Standing"]
