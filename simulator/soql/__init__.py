"""SOQL: read by `parser`, checked and evaluated by `run`."""

from __future__ import annotations

from simulator.soql.run import Answer, run

__all__ = ["Answer", "run"]
