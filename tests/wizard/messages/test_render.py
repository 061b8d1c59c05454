"""What people type and what an org answers never becomes markup or formatting."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from html import unescape

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from wizard.guides.text import Text, at
from wizard.messages.render import detail, plain, words

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


def test_a_moment_is_shown_as_its_reader_writes_it_in_their_time_zone() -> None:
    said = Text("It ends {day}.", {"day": at(datetime(2026, 11, 30, 22, 15, tzinfo=UTC))})
    assert said.plain() == "It ends 2026-11-30 22:15 UTC."
    with timezone.override("Asia/Kathmandu"), translation.override("de"):
        assert str(words(said)) == "It ends 1. Dez. 2026, 04:00 +0545."
        entry = Text("{name}: {day}", {**said.params, "name": "<b>"})
        assert str(detail(entry)).startswith("&lt;b&gt;: 1. Dez.")


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


@pytest.mark.parametrize(("language", "shown"), [("en-gb", "12,345"), ("de", "12.345")])
def test_numbers_are_shown_as_the_reader_writes_them(language: str, shown: str) -> None:
    text = Text("{count} of {most}, account {mid}", {"count": 999, "most": 12345, "mid": "7001234"})
    with translation.override(language):
        assert plain(text) == words(text) == f"999 of {shown}, account 7001234"


def test_the_label_of_the_screen_stands_once_behind_the_english_one() -> None:
    text = Text(
        "In **Setup**, click **Edit Policies**, {user}. **Edit Policies** is a button.", {"user": "<i>"}
    )
    theirs = '<b class="theirs" lang="ja">(ポリシーを編集)</b>'
    assert words(text, "ja") == (
        f'In <b>Setup</b> <b class="theirs" lang="ja">(設定)</b>, click <b>Edit Policies</b> {theirs}, '
        "&lt;i&gt;. <b>Edit Policies</b> is a button."
    )
    assert plain(text, "ja").startswith(
        "In Setup (設定), click Edit Policies (ポリシーを編集), <i>. Edit Pol"
    )
    with translation.override("de"):
        assert words(Text("**Save**"), "pt_BR") == (
            '<b lang="en">Save</b> <b class="theirs" lang="pt-BR">(Salvar)</b>'
        )


def test_without_a_label_of_the_screen_nothing_stands_there() -> None:
    for screen in ("", "en_US", "it", '"><script>'):
        assert words(Text("Click **Save**."), screen) == "Click <b>Save</b>."
    assert words(Text("Click **Edit Policies**."), "de") == "Click <b>Edit Policies</b>."
