"""The addresses of Salesforce's pages."""

from __future__ import annotations

from simulator.pages import (
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

BLUEPRINTS = (
    app_usage.blueprint,
    assignments.blueprint,
    connected_apps.blueprint,
    evidence.blueprint,
    home.blueprint,
    marketing_cloud.blueprint,
    permission_sets.blueprint,
    records.blueprint,
    users.blueprint,
)
