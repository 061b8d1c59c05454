"""The addresses of health checks and figures, which come from other programs."""

from __future__ import annotations

PATHS = ("/healthz", "/readyz", "/metrics")


def asked_by(path: str) -> str:
    """The one that this path means, else nothing; some probes end it in a slash."""
    bare = path.rstrip("/")
    return bare if bare in PATHS else ""
