"""What stands on the screen: short sentences, no jargon, and Salesforce's labels as on its own screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from orgs.sign_in.messages import EXPLANATIONS
from orgs.sign_in.messages.explanation import INSTALLER
from tests.english import Message, in_template, messages
from tests.salesforce_labels import LABELS, PAGE
from tests.test_marked import texts
from wizard.guides.connected_app_authentication.words.source_lines import SOURCE_LINES
from wizard.messages import glossary
from wizard.messages.remedies import REMEDIES
from wizard.messages.remedies.remedy import OPERATOR

MOST_WORDS = 20
SENTENCE_END = re.compile(r"(?<=[.!?])[\"”)]?\s+|\n+")
BOLD = re.compile(r"\*\*(.+?)\*\*")
QUOTED = re.compile(r"<q>([^<{]+)</q>")
PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")
BOLD_TAG = re.compile(r"<b>[^<]*</b>")  # a template's way to write a label of Salesforce's screen
JARGON = re.compile(
    r"\b(tokens?|oauth|callbacks?|apis?|scopes?|payloads?|exception|null|endpoints?|pkce|redirects?|ur[il]s?"
    r"|quer(?:y|ies)|soql|cache|backend|instance|boolean|regex|time-?outs?|consumer|totp|webauthn"
    r"|namespaces?|metadata)\b",
    re.IGNORECASE,
)
# No image, no joke: Salesforce's nouns in plain sentences. "Set" alone only after "permission set".
IMAGES = re.compile(
    r"guest list|\bdoors?\b|\blines? (has|have) fallen|opens? nothing|surprised by|\bhang\b"
    r"|\bon the app\b(?!'s (page|list))"
    r"|\b(the|a|an|this|that|these|all|four|which|new|second|own) sets?\b(?!.up)",
    re.IGNORECASE,
)
# Their readers know the words: the client's IT team, those who run Connect Guide or test a connection,
# our support, whose pages are "Details for support" of whole setups, and whoever reads the audit trail.
FOR_EXPERTS = re.compile(
    r"templates/wizard/(it_team|support|_case_)|wizard/(support|report/disclosure)|orgs/disclosure"
    r"|/(evidence|audit|audit_messages)\.py|/(calibration|reading)/|connection_test|management/commands/"
)
# Only these are shown with the glossary's notes (`{% explained %}`, and the list under each stage).
EXPLAINED = re.compile(r"wizard/(guides/|messages/glossary\.py)")
BESIDE = {"templates/wizard/_actions.html": ("API", "An API call is one request by a program.")}
OUR_WORDS = {
    "Before you start",
    "Check again",
    "Connect",
    "Repair",
    "Save these choices",
    "Your choices for this setup",
}
MESSAGES = messages()


def sentences(text: str) -> Iterator[str]:
    yield from SENTENCE_END.split(text.replace("**", ""))


def words(sentence: str) -> int:
    """A place to fill in is one word, and a lone sign is none."""
    return sum(bool(re.search(r"\w", word)) for word in sentence.split())


def for_operators() -> set[str]:
    """Told to whoever runs Connect Guide, who registered the app with these words."""
    said: set[str] = set()
    for each in EXPLANATIONS.values():
        if each.who == INSTALLER:
            said |= {str(text) for text in (each.title, each.happened, *each.do)}
    remedies: list[object] = [each for each in REMEDIES.values() if each.who == OPERATOR]
    return said | {text.message for each in remedies for text in texts(each)}


def jargon(message: Message) -> list[str]:
    """Words of the trade in it, without Salesforce's labels and what the glossary explains there."""
    text = PLACE.sub(" ", BOLD_TAG.sub(" ", BOLD.sub(" ", message.text)))
    for label in sorted((*LABELS, "Callback URL", "Consumer Key", "Consumer Secret"), key=len, reverse=True):
        if len(label) > 3:
            text = re.sub(re.escape(label), " ", text, flags=re.IGNORECASE)
    if EXPLAINED.search(message.path):
        text = glossary.replace(text, lambda _term, _occurrence: " ")
    return JARGON.findall(text)


def test_no_sentence_is_long() -> None:
    long = {
        sentence for each in MESSAGES for sentence in sentences(each.text) if words(sentence) > MOST_WORDS
    }
    assert long == set()


def test_no_word_of_the_trade_stands_unexplained() -> None:
    exempt = for_operators()
    found = {
        each: said
        for each in MESSAGES
        if not FOR_EXPERTS.search(each.path)
        and each.text not in exempt
        and (said := [word for word in jargon(each) if word != BESIDE.get(each.path, ("",))[0]])
    }
    assert found == {}


@pytest.mark.parametrize("path", BESIDE)
def test_what_the_glossary_can_t_explain_there_is_explained_beside_it(path: str) -> None:
    word, explanation = BESIDE[path]
    said = [each.text for each in MESSAGES if each.path == path]
    assert explanation in said
    assert any(word in text for text in said if text != explanation), "the explanation explains nothing"


def images(text: str) -> list[str]:
    """What stands in the place of Salesforce's nouns."""
    return [each for each in SENTENCE_END.split(text) if IMAGES.search(_after_permission_set(each))]


def _after_permission_set(sentence: str) -> str:
    """A "set" that a sentence has introduced as a permission set may be called so from there on."""
    start, said, rest = sentence.partition("permission set")
    return start + re.sub(r"\bsets?\b", "it", rest) if said else sentence


def test_no_image_stands_where_salesforce_has_a_noun() -> None:
    found = {sentence for message in MESSAGES for sentence in images(message.text)}
    assert found == set()


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Make a list that serves as the app's guest list.", True),
        ("Everyone chosen has the new set.", True),
        ("Nobody else has the permission set, so the set stays.", False),
        ("Set the two policies, then save.", False),
    ],
)
def test_an_image_is_noticed(text: str, is_one: bool) -> None:
    assert bool(images(text)) is is_one


def bold() -> dict[str, str]:
    """What is set in bold or quoted as a label, with a message that says it."""
    found = {label: each.text for each in MESSAGES for label in BOLD.findall(each.text)}
    quoted = {label: each.text for each in MESSAGES for label in QUOTED.findall(each.text)}
    return {label: text for label, text in (found | quoted).items() if not PLACE.fullmatch(label)}


def test_every_label_in_bold_is_one_of_salesforces_letter_by_letter() -> None:
    assert {label: said for label, said in bold().items() if label not in {*LABELS, *OUR_WORDS}} == {}


def test_no_label_is_kept_that_nobody_says_any_more() -> None:
    assert set(LABELS) - set(bold()) == set()


def test_the_labels_of_the_source_page_are_on_it() -> None:
    page = " ".join(SOURCE_LINES.values()).casefold()
    assert [label for label, where in LABELS.items() if where == PAGE and label.casefold() not in page] == []


def test_our_own_words_in_bold_are_on_our_screen() -> None:
    assert {each.text for each in MESSAGES} >= OUR_WORDS - {"Repair"}
    assert any(each.text.startswith("Repair") for each in MESSAGES)


# The judges themselves


@pytest.mark.parametrize(
    ("text", "count"),
    [("One two.", 2), ("{user} has %(n)s of **All Sets** > here.", 7), ("Setup > the app", 3)],
)
def test_words_are_counted_without_signs(text: str, count: int) -> None:
    assert words(text.replace("**", "")) == count


def test_a_sentence_ends_at_its_sign_and_not_at_a_dot_within() -> None:
    assert list(sentences('See login.salesforce.com. Then "stop!" Go.')) == [
        "See login.salesforce.com.",
        'Then "stop!',
        "Go.",
    ]


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("orgs/x.py", "The token expired", ["token"]),
        ("wizard/guides/x/how.py", "The refresh token expired", []),
        ("wizard/views/x.py", "The refresh token expired", ["token"]),
        ("wizard/views/x.py", "Open **Refresh Token Policy** and Connected Apps OAuth Usage", []),
        ("templates/x.html", "Your query timed out: a timeout", ["query", "timeout"]),
    ],
)
def test_a_word_of_the_trade_is_noticed(path: str, text: str, found: list[str]) -> None:
    assert jargon(Message(path, text)) == found


def test_a_template_says_what_its_tags_say() -> None:
    plural = "{% blocktranslate count n=x %}1 {{ y }}{% plural %}{{ n }}\n {{ y }}{% endblocktranslate %}"
    source = f'{{% translate "A" %}}{plural}'
    assert list(in_template(source)) == ["A", "1 %(y)s", "%(n)s %(y)s"]
