"""Salesforce's pages that a person needs for the guide, at the paths that deep links point to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("pages", __name__)

from simulator.pages import (  # noqa: E402,F401 - they add their routes
    app_usage,
    assignments,
    connected_apps,
    evidence,
    home,
    marketing_cloud,
    permission_sets,
    records,
    users,
)
