"""Record ids and their checksum."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.ids import checksum, make_id, to18

id15s = st.text(string.ascii_letters + string.digits, min_size=15, max_size=15)


def test_the_checksum_is_salesforces() -> None:
    assert checksum("001D000000IqhSL") == "IAZ"  # an id of Salesforce's own REST documentation


@given(id15s)
def test_both_forms_of_an_id_mean_the_same(id15: str) -> None:
    full = to18(id15)
    assert full is not None
    assert full[:15] == id15
    assert to18(full) == full


@given(id15s, id15s)
def test_18_characters_still_differ_when_case_is_lost(one: str, other: str) -> None:
    if one != other:
        assert str(to18(one)).lower() != str(to18(other)).lower()


@pytest.mark.parametrize("text", ["", "005", "001D000000IqhSLIAA", "001D000000Iqh'L", "001D000000IqhSLIA"])
def test_what_is_no_id_has_no_full_form(text: str) -> None:
    assert to18(text) is None


def test_ids_rise_with_their_number() -> None:
    ids = [make_id("005", "H1", number) for number in (1, 9, 61, 62, 3843, 3844, 10**6)]
    assert ids == sorted(ids)
