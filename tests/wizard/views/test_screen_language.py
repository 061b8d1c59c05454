"""Instructions name the labels as Salesforce shows them to whoever is signed in to it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.wizard.guest_browser import send
from tests.wizard.harness import SetupHarness
from wizard.guides.base import Finding
from wizard.guides.screen_labels import PAGES, beside
from wizard.guides.text import Text
from wizard.models import GuestInvitation
from wizard.stage import ask_colleague
from wizard.state.status import DisplayStatus, StepView

pytestmark = pytest.mark.django_db


def page_of(site: Any, desk: SetupHarness, stage: str) -> str:
    address = reverse("wizard:stage", args=[desk.setup.pk, stage])
    return str(site.get(address, {"how": "manual"}).content.decode())


def speaks(desk: SetupHarness, language: str) -> None:
    desk.org.connection.language = language
    desk.org.connection.save(update_fields=["language"])
    desk.reload()


@pytest.mark.parametrize("language", PAGES)
def test_the_label_of_the_screen_stands_beside_the_english_one(
    checked: SetupHarness, signed_in: Any, language: str
) -> None:
    speaks(checked, language)
    page = page_of(signed_in(checked.person), checked, "permission_set")
    lang = language.replace("_", "-")
    theirs = beside("Permission Sets", language).replace("'", "&#x27;")
    assert f'<b>Permission Sets</b> <b class="theirs" lang="{lang}">({theirs})</b>' in page
    assert page.count("Salesforce speaks") == 1
    assert "to Ana Ruiz. Where we know the label on the screen" in page


@pytest.mark.parametrize("language", ["", "en_US", "en_GB"])
def test_for_an_english_screen_nothing_is_added(checked: SetupHarness, signed_in: Any, language: str) -> None:
    speaks(checked, language)
    page = page_of(signed_in(checked.person), checked, "permission_set")
    assert "Salesforce speaks" not in page
    assert "theirs" not in page


def test_where_we_know_no_label_the_place_is_told(checked: SetupHarness, signed_in: Any) -> None:
    speaks(checked, "it")
    page = page_of(signed_in(checked.person), checked, "permission_set")
    assert "Salesforce speaks Italian to Ana Ruiz. The labels here are English." in page
    assert 'class="theirs"' not in page


@pytest.mark.usefixtures("stand_in_allowed")
def test_a_guest_reads_it_in_the_language_of_their_own_salesforce(checked: SetupHarness) -> None:
    speaks(checked, "ja")
    checked.theirs.switches.change(language="de")
    try:
        _, guest = send(checked.stand, checked.setup, checked.person, "policies")
        assert guest.come(checked.theirs).status_code == 302
    finally:
        checked.theirs.switches.change(language="en_US")
    assert GuestInvitation.objects.get(setup=checked.setup).language == "de"
    page = page_of(guest.site, checked, "policies")
    assert "Salesforce speaks German to you." in page
    assert "(Verbundene Anwendungen)</b>" in page
    assert 'lang="ja"' not in page


def test_a_colleague_reads_it_too(checked: SetupHarness) -> None:
    speaks(checked, "ja")
    step = checked.setup.guide.step("right_create_set")
    finding = Finding.to_do(
        "missing", Text("Asked."), remedy="RIGHT_MISSING", details=("Customize Application / API Enabled",)
    )
    told = ask_colleague.help_for(StepView(step, DisplayStatus.FIX, finding), checked.org)
    assert told is not None
    assert "(Setup (設定) > Permission Sets (権限セット) > System Permissions (システム権限))" in told.text
    assert "Customize Application (アプリケーションのカスタマイズ) or API Enabled (API の有効化)" in told.text
