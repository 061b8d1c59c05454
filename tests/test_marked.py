"""Every sentence in the source is marked so that `makemessages` (xgettext) finds it."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from tests import pseudo
from wizard.guides.registry import GUIDES
from wizard.guides.text import Text
from wizard.messages.events import EVENTS, WAITING
from wizard.messages.remedies import REMEDIES

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("api", "config", "notices", "orgs", "teams", "wizard")
# What Django passes to xgettext as keywords, and what we call it by.
MARKS = {
    *("_", "gettext", "gettext_lazy", "gettext_noop"),
    *("ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"),
}

SAME_IN_EVERY_LANGUAGE = (
    "Connect Guide",
    "login.salesforce.com",
    "test.salesforce.com",
    "acme.my.salesforce.com",
)
EXEMPT = (
    "templates/500.html",  # shown when nothing works any more, so it runs no code
    "templates/allauth/elements/button.html",  # a tag whose name is put together: no parser reads it
)


def sources() -> list[Path]:
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert len(found) > 80, "the rooms have moved: this test reads nothing"
    return [path for path in found if "migrations" not in path.parts]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(source: str) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            function = node.func
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            yield called, node


def marked(source: str) -> set[str]:
    """The messages that xgettext would find."""
    return {
        argument.value
        for called, node in calls(source)
        if called in MARKS
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def problems(source: str) -> Iterator[str]:
    """What xgettext can't see: a mark around something made, and a `Text` without a mark."""
    for called, node in calls(source):
        first = node.args[0] if node.args else None
        if called in MARKS and first is not None and not _can_be_marked(first):
            yield f"line {node.lineno}: {called}() marks something that is put together"
        if called == "Text" and (_has_words(first) or isinstance(first, ast.JoinedStr | ast.BinOp)):
            yield f"line {node.lineno}: Text() without a mark"


def _has_words(node: ast.expr | None) -> bool:
    """A literal that is more than places to fill in."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    return bool(pseudo.WORD.search(re.sub(r"\{\w*\}", "", node.value)))


def _can_be_marked(node: ast.expr) -> bool:
    """A literal; or a name, whose literal is marked elsewhere and which is translated where it is shown."""
    return isinstance(node, ast.Constant | ast.Name | ast.Attribute)


@pytest.mark.parametrize("path", sources(), ids=name)
def test_every_sentence_is_marked_where_xgettext_sees_it(path):
    assert list(problems(path.read_text(encoding="utf-8"))) == []


def templates() -> list[Path]:
    found = sorted((ROOT / "templates").rglob("*.html"))
    assert len(found) > 30, "the templates have moved: this test reads nothing"
    return found


def words_of(template: str) -> list[str]:
    """What a template says outside of translation tags, in text and in attributes."""
    kept, inside = [], ""
    for token in Lexer(template).tokenize():
        tag = token.contents.split()[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK and tag in ("blocktranslate", "comment"):
            inside = f"end{tag}"
        elif token.token_type == TokenType.BLOCK and tag == inside:
            inside = ""
        elif token.token_type == TokenType.TEXT and not inside:
            kept.append(token.contents)
    return pseudo.unmarked(f"<html><body>{' '.join(kept)}</body></html>", SAME_IN_EVERY_LANGUAGE)


@pytest.mark.parametrize("path", [path for path in templates() if name(path) not in EXEMPT], ids=name)
def test_every_word_of_a_template_is_marked(path):
    assert words_of(path.read_text(encoding="utf-8")) == []


def texts(value: object) -> Iterator[Text]:
    """Every `Text` inside a value, however deep."""
    if isinstance(value, Text):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, tuple | list | frozenset):
        for each in value:
            yield from texts(each)


@pytest.mark.parametrize(
    "words",
    [GUIDES, REMEDIES, EVENTS, WAITING],
    ids=["guides", "remedies", "events", "waiting"],
)
def test_every_text_that_is_shown_is_among_the_marked_ones(words):
    known = {message for path in sources() for message in marked(path.read_text(encoding="utf-8"))}
    found = list(texts(words))
    assert len(found) > 4
    assert {text.message for text in found} - known == set()


@pytest.mark.parametrize(
    "template",
    ["<p>Hello</p>", "<a title='Hello'>{{ x }}</a>", "{% if x %}Hello{% endif %}", "{% translate 'a' %} and"],
)
def test_an_unmarked_word_in_a_template_is_noticed(template):
    assert words_of(template)


def test_marked_words_in_a_template_pass():
    assert (
        words_of("<p title=\"{% translate 'Hello' %}\">{% blocktranslate %}Hello{% endblocktranslate %}</p>")
        == []
    )


@pytest.mark.parametrize(
    "source",
    [
        'Text("Hello")',
        'Text(f"Hello {name}")',
        '_("Hello " + name)',
        '_(f"Hello {name}")',
        '_("Hi %s" % name)',
    ],
)
def test_an_unmarked_sentence_is_noticed(source):
    assert list(problems(source))


@pytest.mark.parametrize(
    "source", ['Text(_("Hello"))', "Text(why)", '_("Hello " "there")', "gettext(text.message)"]
)
def test_a_marked_sentence_passes(source):
    assert list(problems(source)) == []
