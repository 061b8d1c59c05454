"""Every English message of the app with the file that says it, as `makemessages` would collect them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.template.base import Lexer, Token, TokenType

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("api", "config", "notices", "orgs", "teams", "wizard")
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
QUOTED = re.compile(r"""^translate\s+(?:"([^"]*)"|'([^']*)')""")
VARIABLE = re.compile(r"^\w+")


class Message(NamedTuple):
    path: str
    text: str


def messages() -> list[Message]:
    """Those of all rooms and templates, each as often as a file says it."""
    found = [*_python(), *_templates()]
    assert len(found) > 1200, "the rooms have moved: this reads nothing"
    return found


def _python() -> Iterator[Message]:
    for path in (file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in MARKS:
                texts = [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]
                yield from (Message(_name(path), text) for text in texts if isinstance(text, str))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _templates() -> Iterator[Message]:
    for path in (ROOT / "templates").rglob("*.*"):
        for text in in_template(path.read_text(encoding="utf-8")):
            yield Message(_name(path), text)


def in_template(source: str) -> Iterator[str]:
    block: list[str] | None = None
    for token in Lexer(source).tokenize():
        said = token.contents
        if block is None:
            if quoted := _is_block(token) and QUOTED.match(said):
                yield quoted[1] or quoted[2]
            elif _is_block(token) and said.startswith("blocktranslate"):
                block = []
        elif _is_block(token) and said.split()[0] in ("plural", "endblocktranslate"):
            yield " ".join("".join(block).split())
            block = [] if said.startswith("plural") else None
        elif token.token_type == TokenType.VAR:
            match = VARIABLE.match(said)
            block.append(f"%({match[0] if match else said})s")
        else:
            block.append(said)


def _is_block(token: Token) -> bool:
    return token.token_type == TokenType.BLOCK


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))
