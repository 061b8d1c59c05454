"""Stored choices are parsed without ever failing: a half-filled setup is normal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wizard.guides.connected_app_authentication.inputs import DEFAULT_LABEL, INPUTS, Choices, parse_inputs

KEYS = ["mode", "connection_user", "people", "set_label", "set_name", "adopt", "mid", "_names", "_started_at"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_any_json_gives_choices(raw: dict[str, object]) -> None:
    choices = parse_inputs(raw)
    assert choices.mode in ("", "first", "repair")
    assert choices.set_label
    assert all(isinstance(each, str) and each for each in choices.people)
    assert len(set(choices.everyone)) == len(choices.everyone)
    assert choices.name_of("005x") in (choices.names.get("005x"), "005x")


def test_nothing_stored_is_nothing_chosen() -> None:
    assert parse_inputs({}) == Choices(set_label=DEFAULT_LABEL)


def test_what_was_typed_is_stripped_and_people_are_kept_once_in_order() -> None:
    choices = parse_inputs({"mid": " 7654321 ", "people": ["b", " a ", "b", "", None]})
    assert choices.mid == "7654321"
    assert choices.people == ("b", "a")


def test_each_asked_input_is_a_field_of_the_choices() -> None:
    assert {each.key for each in INPUTS} <= set(Choices.__dataclass_fields__)
