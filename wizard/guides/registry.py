"""The guides: one line each."""

from __future__ import annotations

from typing import Any

from wizard.guides.base import Guide
from wizard.guides.connected_app_authentication.guide import GUIDE as connected_app_authentication

GUIDES: dict[str, Guide[Any, Any]] = {
    guide.key: guide
    for guide in (
        connected_app_authentication,
    )
}  # fmt: skip


def get(key: str) -> Guide[Any, Any]:
    """The guide, or KeyError."""
    return GUIDES[key]
