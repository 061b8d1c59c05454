"""Each reason why an act is not done has its words."""

from __future__ import annotations

import ast
from pathlib import Path

from teams.acting.acts import NotDone
from wizard.messages import not_done

ACTIONS = Path(__file__).resolve().parents[3] / "wizard" / "actions"
OF_A_TABLE = {"nothing_to_change", "nothing_to_undo"}  # `wizard.actions.changes.NOTHING`
IN_OTHER_WORDS = {"too_often"}  # `teams.limits`


def codes() -> set[str]:
    nodes = (node for path in ACTIONS.glob("*.py") for node in ast.walk(ast.parse(path.read_text())))
    calls = (node for node in nodes if isinstance(node, ast.Call) and named(node) == "NotDone")
    return {str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)}


def named(call: ast.Call) -> str:
    return getattr(call.func, "id", "")


def test_every_reason_has_its_words_and_no_words_are_left_over() -> None:
    assert codes() - IN_OTHER_WORDS | OF_A_TABLE == set(not_done.REASONS)


def test_what_is_filled_in_stands_in_the_sentence() -> None:
    assert not_done.words(NotDone("lacks_rights", why="You may not.")).startswith("You may not. So we ")
    assert "Try again in 2 minutes" in not_done.words(NotDone("too_often", seconds=61))
