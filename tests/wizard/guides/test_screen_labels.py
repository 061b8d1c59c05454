"""Labels in other languages are Salesforce's own: each was read on a page of theirs in that language."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tests.salesforce_labels import LABELS
from wizard.guides.screen_labels import PAGES, beside, is_english

#: How Salesforce's addresses name the language: Trailhead, Salesforce Help, the developers' guides.
NAMED = {
    "de": r"/de/|language=de\b|\.de-de\.",
    "fr": r"/fr/|language=fr\b|\.fr-fr\.",
    "ja": r"/ja/|language=ja\b|\.ja-jp\.",
    "es": r"/es/|/es-MX/|language=es\b|\.es-es\.",
    "pt_BR": r"/pt-BR/|language=pt_BR\b|\.pt-br\.",
}
READ = [
    (language, page, english, theirs, words)
    for language, pages in PAGES.items()
    for page in pages
    for english, (theirs, words) in page.labels.items()
]


def test_they_come_from_pages_of_salesforce_in_that_language() -> None:
    for language, page, *_ in READ:
        address = urlsplit(page.address)
        assert address.scheme == "https"
        assert address.netloc.endswith(".salesforce.com"), page.address
        assert re.search(NAMED[language], page.address), page.address


def test_what_was_read_there_says_the_label() -> None:
    assert [row for row in READ if row[3].casefold() not in row[4].casefold()] == []


def test_each_stands_for_a_label_of_our_sentences_and_only_once() -> None:
    assert {english for _, _, english, _, _ in READ} <= set(LABELS)
    assert len({(language, english) for language, _, english, _, _ in READ}) == len(READ)


def test_they_are_plain_text() -> None:
    assert not set("".join(theirs for *_, theirs, _ in READ)) & set("{}<>*&")


def test_only_what_differs_and_is_known_stands_beside_the_english_one() -> None:
    assert beside("Permission Sets", "de") == "Berechtigungssätze"
    assert beside("Edit Policies", "ja") == "ポリシーを編集"
    same, not_known, not_read, unknown = (
        beside("Setup", "de"),
        beside("Edit Policies", "de"),
        beside("Permission Sets", "it"),
        beside("Permission Sets", ""),
    )
    assert (same, not_known, not_read, unknown) == ("", "", "", "")


def test_what_was_not_told_counts_as_english() -> None:
    assert all(is_english(each) for each in ("", "en", "en_US", "en_GB"))
    assert not any(is_english(each) for each in (*PAGES, "it", "zh_CN", "eo"))
