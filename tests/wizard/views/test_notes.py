"""Taking a setup over, giving it back, and leaving a note: each under one's own name, each in the history."""

from __future__ import annotations

import pytest
from django.urls import reverse

from teams.models import User
from tests.fixture_types import SignedIn
from tests.wizard.given import given
from tests.wizard.harness import SetupHarness
from tests.wizard.views.conftest import Site
from wizard.actions import assignment
from wizard.actions.notes import MOST_LETTERS
from wizard.models import Event, Setup

pytestmark = pytest.mark.django_db


@pytest.fixture
def sams(checked: SetupHarness, sam: User, signed_in: SignedIn) -> Site:
    """Sam of support, at a setup that Dana began."""
    return Site(signed_in(sam), checked)


def last(desk: SetupHarness) -> Event:
    return desk.events()[-1]


def assignee() -> User | None:
    return Setup.objects.get().assignee


def test_it_is_taken_over_under_ones_own_name(sams: Site, sam: User) -> None:
    answer = sams.post("take_over")
    assert answer["Location"] == sams.at("support_setup")
    assert assignee() == sam
    assert (last(sams.desk).kind, last(sams.desk).actor) == ("taken_over", sam)
    assert "This setup is assigned to you now." in sams.said(answer)


def test_who_had_it_before_is_told_and_kept_in_the_history(sams: Site, dana: User) -> None:
    assignment.take_over(given(sams.desk.setup, dana), dana)
    answer = sams.post("take_over")
    assert "Before, it was assigned to Dana Whitfield." in sams.said(answer)
    assert last(sams.desk).data == {"name": "Dana Whitfield"}
    assert "Took this setup over from Dana Whitfield" in sams.page("history")


def test_taking_over_what_one_has_already_adds_nothing(sams: Site) -> None:
    sams.post("take_over")
    count = len(sams.desk.events())
    sams.post("take_over")
    assert len(sams.desk.events()) == count


def test_it_is_given_back(sams: Site, sam: User) -> None:
    sams.post("take_over")
    sams.post("give_back")
    assert assignee() is None
    assert (last(sams.desk).kind, last(sams.desk).actor) == ("given_back", sam)
    count = len(sams.desk.events())
    sams.post("give_back")
    assert len(sams.desk.events()) == count


def test_every_page_of_the_setup_says_assigned_to_since_when(
    sams: Site, dana: User, signed_in: SignedIn
) -> None:
    assert "Assigned to" not in sams.page("stage", "policies")
    sams.post("take_over")
    for page in (
        sams.page("stage", "policies"),
        Site(signed_in(dana), sams.desk).page("history"),
        sams.page("support_setup"),
    ):
        assert "Sam Okafor" in page
        assert "Assigned to" in page
        assert " since " in page


def test_the_list_of_orgs_is_narrowed_to_whose_they_are(sams: Site, dana: User, signed_in: SignedIn) -> None:
    home = reverse("wizard:home")
    hers = signed_in(dana)
    name = f">{sams.desk.org.name}<"
    assert name in hers.get(home + "?who=nobody").content.decode()
    sams.post("take_over")
    assert name in sams.client.get(home + "?who=mine").content.decode()
    assert name in hers.get(home + f"?who={sams.desk.reload().assignee_id}").content.decode()
    assert name not in hers.get(home + "?who=mine").content.decode()
    assert name not in hers.get(home + "?who=nobody").content.decode()


@pytest.mark.parametrize(
    ("next_page", "lands"), [("/setups/", "/setups/"), ("https://evil.example/", ""), ("//evil.example", "")]
)
def test_one_comes_back_to_a_page_of_ours_only(sams: Site, next_page: str, lands: str) -> None:
    assert sams.post("take_over", next=next_page)["Location"] == (lands or sams.at("support_setup"))


def test_a_note_is_kept_as_it_was_written(sams: Site, sam: User) -> None:
    answer = sams.post("note", text="Called <b>Ana</b>.\r\nSee https://evil.example/x")
    assert answer["Location"] == sams.at("support_setup")
    event = last(sams.desk)
    assert (event.kind, event.actor) == ("note", sam)
    assert event.data == {"text": "Called <b>Ana</b>.\nSee https://evil.example/x"}
    for page in (sams.page("history"), sams.page("support_setup"), sams.page("stage", "people")):
        assert "Called &lt;b&gt;Ana&lt;/b&gt;.\nSee https://evil.example/x" in page
        assert 'href="https://evil.example' not in page, "a link that somebody wrote leads nowhere"


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (MOST_LETTERS + 1), "a\0b"])
def test_a_note_that_can_t_be_kept_says_so_beside_what_was_written(sams: Site, text: str) -> None:
    count = len(sams.desk.events())
    answer = sams.post("note", text=text)
    assert answer.status_code == 422
    assert 'class="errors"' in answer.content.decode()
    assert len(sams.desk.events()) == count


def test_the_longest_note_is_kept(sams: Site) -> None:
    sams.post("note", text="ä" * MOST_LETTERS)
    assert len(last(sams.desk).data["text"]) == MOST_LETTERS


def test_notes_are_refused_when_they_come_by_the_hundred(sams: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teams.limits.writing", lambda user: 90)
    answer = sams.post("note", text="once more")
    assert "very often" in sams.said(answer)
    assert last(sams.desk).kind != "note"


def test_the_history_can_be_narrowed_to_notes_and_assigned_to(sams: Site) -> None:
    sams.post("take_over")
    sams.post("note", text="A note of mine")
    page = sams.page("history", kind="people")
    assert "A note of mine" in page
    assert "Took this setup over" in page
    assert "Checked every item" not in page
