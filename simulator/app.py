"""Puts the stand-in's parts together as one Flask application."""

from __future__ import annotations

from flask import Flask

from simulator.control import routes as control
from simulator.fault_injection.layer import FaultLayer
from simulator.metadata_soap import endpoint as metadata_soap
from simulator.oauth import routes as oauth
from simulator.pages import routes as pages
from simulator.rest import endpoint as rest
from simulator.web import hooks
from simulator.world import World


def create_app(world: World) -> Flask:
    app = Flask("simulator")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    hooks.install(app, world)
    for blueprint in (rest.blueprint, metadata_soap.blueprint, *oauth.BLUEPRINTS, *pages.BLUEPRINTS):
        app.register_blueprint(blueprint)
    control.install(app)
    app.wsgi_app = FaultLayer(app.wsgi_app, world)  # type: ignore[method-assign]
    return app
