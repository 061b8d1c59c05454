from __future__ import annotations

import pytest
from django.utils import translation

from wizard.messages.render import plain
from wizard.messages.screen_language import YOU, note


@pytest.mark.parametrize("language", ["", "en_US", "en_GB"])
def test_nothing_is_said_to_whom_salesforce_speaks_english(language: str) -> None:
    assert note(language, "Ana Ruiz") is None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Salesforce speaks German to Ana Ruiz. Where we know the label on the screen"),
        ("pt_BR", "Salesforce speaks Brazilian Portuguese to Ana Ruiz. Where we know the label"),
        ("it", "Salesforce speaks Italian to Ana Ruiz. The labels here are English."),
        ("zh_CN", "Salesforce speaks Simplified Chinese to Ana Ruiz. The labels here are English."),
        ("iw", "Salesforce speaks another language to Ana Ruiz. The labels here are English."),
        ('{0}">', "Salesforce speaks another language to Ana Ruiz. The labels here are English."),
    ],
)
def test_it_says_where_the_label_is(language: str, said: str) -> None:
    told = plain(note(language, "Ana Ruiz"))
    assert told.startswith(said)
    assert "the links open the right page in any language." in told


def test_it_is_said_in_german_too() -> None:
    with translation.override("de"):
        assert plain(note("ja", YOU)).startswith("Salesforce spricht mit Ihnen Japanisch.")
