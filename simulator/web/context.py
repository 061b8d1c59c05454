"""The world that a request is about."""

from __future__ import annotations

from typing import cast

from flask import current_app, request

from simulator.world import World


def world() -> World:
    return cast(World, current_app.extensions["world"])


def origin() -> str:
    """The stand-in's own address, as the caller used it: instance_url and the start of identity URLs."""
    return request.host_url.rstrip("/")
