"""Terms of the trade: found in our sentences, explained where they stand, never in other people's words."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tests.fixture_types import SignedIn
from tests.wizard.harness import SetupHarness
from wizard.guides.text import Text
from wizard.messages import glossary
from wizard.messages.render import words

TEMPLATE = Template(
    "{% load terms %}<p>{% for text in texts %}{% explained text %} {% endfor %}</p>{% explanations %}"
)


def shown(*texts: Text) -> str:
    context = Context({"told": {}, "texts": texts})
    return str(TEMPLATE.render(context))


def test_every_term_has_a_key_of_its_own_and_one_short_sentence() -> None:
    keys = [term.key for term in glossary.TERMS]
    assert len(set(keys)) == len(keys) > 25
    for term in glossary.TERMS:
        assert term.says.message.rstrip('"').endswith(".")
        assert len(term.says.message.split()) <= 34, term.key


def test_no_form_belongs_to_two_terms() -> None:
    forms = [form.casefold() for term in glossary.TERMS for form in term.forms]
    assert len(set(forms)) == len(forms)


def test_the_first_occurrence_is_a_button_that_opens_its_note() -> None:
    page = html.fromstring(
        f"<div>{shown(Text('Give it a permission set.'), Text('One permission set.'))}</div>"
    )
    (button,) = page.xpath("//p/button[@class='term']")
    assert button.text == "permission set"
    (note,) = page.xpath(f"//*[@id='{button.get('popovertarget')}']")
    assert note.get("popover") is not None
    assert "A named bundle of permissions" in note.text_content()
    assert note.xpath(".//a")[0].get("href").endswith("#permission-set")


def test_the_longest_form_wins_and_parts_of_words_are_left_alone() -> None:
    assert "connection user</button>" in shown(Text("The Salesforce-side connection user."))
    assert [term.key for term in glossary.used_in(["The Salesforce-side connection user"])] == [
        "connection-user"
    ]
    assert glossary.used_in(["packaged sandboxes midnight obsession"]) == []


def test_salesforces_own_labels_and_what_is_filled_in_are_left_alone() -> None:
    assert "<button" not in shown(Text("Click **Permission Sets**.")).partition("</p>")[0]
    assert "<button" not in shown(Text("Hello {package}.", {"package": "sandbox"}))


@given(st.text(max_size=60), st.sampled_from(["{x} has a session", "**Save** the permission set {x}", "{x}"]))
def test_only_buttons_are_added_and_nothing_typed_becomes_markup(value: str, message: str) -> None:
    value = "".join(each for each in value if each.isprintable())
    text = Text(message, {"x": value})
    there = html.fromstring(f"<div>{shown(text)}</div>").xpath("//p")[0]
    plain = html.fromstring(f"<div><p>{words(text)} </p></div>").xpath("//p")[0]
    assert there.text_content() == plain.text_content()
    assert {element.tag for element in there.iter()} <= {"p", "b", "button"}


@pytest.mark.django_db
def test_help_explains_every_term_to_everybody(client: Client) -> None:
    page = html.fromstring(client.get(reverse("wizard:help")).content)
    for term in glossary.TERMS:
        (entry,) = page.xpath(f"//*[@id='{term.key}']")
        assert term.name.plain() in entry.text_content()
        assert term.says.plain() in entry.text_content()


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["auto", "manual"])
def test_on_a_stage_every_term_button_has_its_note_and_no_id_is_there_twice(
    checked: SetupHarness, signed_in: SignedIn, how: str
) -> None:
    browser = signed_in(checked.person)
    for stage in checked.setup.guide.stages:
        address = reverse("wizard:stage", args=[checked.setup.pk, stage.key])
        page = html.fromstring(browser.get(f"{address}?how={how}").content)
        ids = page.xpath("//@id")
        assert len(set(ids)) == len(ids), stage.key
        targets = set(page.xpath("//button[@popovertarget]/@popovertarget"))
        assert targets <= set(ids)
    assert page.xpath("//a[@href='/help/']")


@pytest.mark.django_db
def test_the_lines_of_a_stage_are_explained_beside_them(checked: SetupHarness, signed_in: SignedIn) -> None:
    address = reverse("wizard:stage", args=[checked.setup.pk, "people"])
    page = html.fromstring(signed_in(checked.person).get(address).content)
    (told,) = page.xpath("//details[contains(@class, 'words')]")
    assert "A Salesforce user kept for the connection" in told.text_content()
