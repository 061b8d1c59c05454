"""The addresses of the stand-in's own side, and what its refusals answer."""

from __future__ import annotations

from flask import Flask

from simulator.client_apps import BadApp
from simulator.control import api, apps, faults, home
from simulator.control.requests import Bad, bad_request
from simulator.control.switchboard import BadSwitch
from simulator.faults import BadRule


def install(app: Flask) -> None:
    for part in (api, apps, faults, home):
        app.register_blueprint(part.blueprint)
    for problem in (Bad, BadApp, BadRule, BadSwitch):
        app.register_error_handler(problem, bad_request)
