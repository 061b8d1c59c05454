"""The rows of both lists, as the stream sends them when they change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.template.loader import render_to_string

from wizard.live import rows
from wizard.support import needs_help, setup_list

RowOf = Callable[[str], setup_list.Row | needs_help.Row]
HOME, STUCK = "home", "stuck"


def register() -> None:
    """Tell the stream how a row of each list is rendered."""
    rows.register(HOME, partial(_render, setup_list.row, "wizard/_row.html"))
    rows.register(STUCK, partial(_render, needs_help.row, "wizard/_needs.html"))


def _render(row_of: RowOf, template: str, setup_id: str) -> str:
    row = row_of(setup_id)
    return render_to_string(template, {"row": row, "setup": row.setup, "org": row.setup.org})
