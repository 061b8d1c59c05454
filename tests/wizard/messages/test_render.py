"""What people type and what an org answers never becomes markup or formatting."""

from __future__ import annotations

import string
from html import unescape

from django.template import Context, Template
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from wizard.guides.text import Text
from wizard.messages.render import plain, words

HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "{0}",
            "{user}",
            "{user.__class__}",
            "{{ 7 }}",
            "{% debug %}",
            "**bold**",
            "%s %(x)s",
            "&lt;b&gt;",
            "</b>",
            "' onmouseover='",
        ]
    ),
)


@given(HOSTILE, HOSTILE)
def test_what_is_filled_in_is_shown_as_it_was_typed_and_never_as_markup(user: str, label: str) -> None:
    html = str(words(Text("Give {user} the set **{label}**, {user}", {"user": user, "label": label})))
    assert html == f"Give {escape(user)} the set <b>{escape(label)}</b>, {escape(user)}"
    bare = html.replace("<b>", "", 1)[::-1].replace("</b>"[::-1], "", 1)[::-1]
    assert not set(bare) & set("<>\"'"), "nothing that could open a tag or leave an attribute"
    assert unescape(html.replace("<b>", "").replace("</b>", "")).count(user) >= 2


@given(HOSTILE)
def test_plain_text_keeps_what_was_filled_in(value: str) -> None:
    assert plain(Text("**Name** is {value}.", {"value": value})) == f"Name is {value}."


@given(HOSTILE)
def test_in_a_template_it_is_escaped_exactly_once(value: str) -> None:
    text = Text("{value}", {"value": value})
    template = Template('{% load words %}<a title="{{ text|plain }}">{{ text|words }}</a>')
    html = template.render(Context({"text": text}))
    assert html == f'<a title="{escape(value)}">{escape(value)}</a>'


@given(st.text(alphabet=string.ascii_letters + " .,<>&'\"*", max_size=60))
def test_our_own_message_is_escaped_too(message: str) -> None:
    html = str(words(Text(message)))
    assert "<" not in html.replace("<b>", "").replace("</b>", "")


@given(HOSTILE)
def test_a_text_survives_being_stored(value: str) -> None:
    text = Text("Hello {name}", {"name": value})
    assert Text.load(text.to_json()) == text
    assert text.plain() == f"Hello {value}"


def test_nothing_is_nothing() -> None:
    assert words(None) == plain(None) == ""


def test_numbers_are_filled_in_as_they_are() -> None:
    assert words(Text("{n} of {of}", {"n": 3, "of": 10})) == "3 of 10"
