"""A label gives an API name by Salesforce's rule; what it refuses is explained with a proposal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.guides import names

RULE = re.compile(r"^[A-Za-z](?!.*__)[A-Za-z0-9_]*(?<!_)$")  # the fact sheet's, section 13
LABELS = st.text(max_size=120) | st.text(alphabet="Aa1 _-é", max_size=120)


def test_the_page_s_example_gives_the_name_seen_in_real_orgs() -> None:
    assert names.api_name("Marketing Cloud Connected App") == "Marketing_Cloud_Connected_App"


def test_a_label_with_a_leading_digit_gets_a_valid_name() -> None:
    assert names.api_name("2nd set") == "X2nd_set"


def test_a_label_without_a_usable_character_gives_no_name_but_a_proposal() -> None:
    assert names.api_name("マーケティング") == ""
    assert names.problem("") is not None
    assert names.proposal("マーケティング") == "Permission_Set"


@given(LABELS)
def test_a_name_made_from_a_label_follows_the_rule(label: str) -> None:
    name = names.api_name(label)
    assert name == "" or (RULE.match(name) and len(name) <= 80 and names.problem(name) is None)


@given(st.text(max_size=100) | st.from_regex(r"[A-Za-z0-9_]{0,90}", fullmatch=True))
def test_a_name_has_no_problem_exactly_when_it_follows_the_rule(name: str) -> None:
    follows = "\n" not in name and bool(RULE.match(name)) and len(name) <= 80
    assert (names.problem(name) is None) == follows == names.is_valid(name)


@given(LABELS, st.sets(st.sampled_from(["a", "A_2", "Permission_Set", "permission_set_2", "X1"])))
def test_a_proposal_is_valid_and_free(label: str, taken: set[str]) -> None:
    name = names.proposal(label, taken)
    assert names.problem(name) is None
    assert name.lower() not in {each.lower() for each in taken}


def test_a_proposal_for_a_long_taken_name_stays_within_the_length() -> None:
    name = "A" * 80
    assert names.proposal(name, {name}) == "A" * 78 + "_2"


@pytest.mark.parametrize("label", ["", "   ", "x" * 81])
def test_an_unusable_label_is_explained(label: str) -> None:
    assert names.label_problem(label) is not None
    assert names.label_problem("Marketing Cloud Connected App") is None
