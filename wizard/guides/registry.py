"""The guides: one line each."""

from __future__ import annotations

from wizard.guides.base import AnyGuide
from wizard.guides.connected_app_authentication.guide import GUIDE as connected_app_authentication

GUIDES: dict[str, AnyGuide] = {
    guide.key: guide
    for guide in (
        connected_app_authentication,
    )
}  # fmt: skip


def get(key: str) -> AnyGuide:
    """The guide, or KeyError."""
    return GUIDES[key]
