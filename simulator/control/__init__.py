"""The stand-in's own side: its home page and a small JSON API. Nothing here exists in Salesforce."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("control", __name__)

from simulator.control import api, faults, home  # noqa: E402,F401 - they add their routes
