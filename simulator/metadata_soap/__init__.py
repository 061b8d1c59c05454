"""Metadata API over SOAP: listMetadata and readMetadata of apps and permission sets (section 9)."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("metadata_soap", __name__)

from simulator.metadata_soap import endpoint  # noqa: E402,F401 - it adds its routes
