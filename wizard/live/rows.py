"""The rows of lists, as the stream sends them: each list tells here how one of its rows is rendered."""

from __future__ import annotations

from collections.abc import Callable

Render = Callable[[str], str]  # the setup's id -> its row; raises Setup.DoesNotExist

_renderers: dict[str, Render] = {}


def register(list_name: str, render: Render) -> None:
    _renderers[list_name] = render


def render(list_name: str, setup_id: str) -> str:
    return _renderers[list_name](setup_id)
