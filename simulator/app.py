"""Puts the stand-in's parts together as one Flask application."""

from __future__ import annotations

from flask import Flask

from simulator import control, data_api, metadata_soap, oauth, pages, web
from simulator.faults.layer import FaultLayer
from simulator.world import World


def create_app(world: World) -> Flask:
    app = Flask("simulator")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    web.install(app, world)
    for part in (data_api, metadata_soap, oauth, pages, control):
        app.register_blueprint(part.blueprint)
    app.wsgi_app = FaultLayer(app.wsgi_app, world)  # type: ignore[method-assign]
    return app
