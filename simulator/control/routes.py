"""The addresses of the stand-in's own side, and what its refusals answer."""

from __future__ import annotations

from flask import Flask

from simulator.control import api, faults, home
from simulator.control.requests import Bad, bad_request
from simulator.control.switchboard import BadSwitch
from simulator.faults import BadRule


def install(app: Flask) -> None:
    for part in (api, faults, home):
        app.register_blueprint(part.blueprint)
    for problem in (Bad, BadRule, BadSwitch):
        app.register_error_handler(problem, bad_request)
