"""People who sign in at the stand-in with a browser of their own, as in `tests/orgs`."""

from __future__ import annotations

from tests.orgs.conftest import allowed, browser, sf_org

__all__ = ["allowed", "browser", "sf_org"]
