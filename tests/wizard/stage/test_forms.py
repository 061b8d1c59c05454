"""The choices of the first stage: what is accepted, what is proposed, and why something is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from wizard.guides import names
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.guides.defaults import initial_inputs
from wizard.models import Setup
from wizard.stage.forms import SetupForm
from wizard.state.context import Context
from wizard.state.status import Overview

LABEL = "Marketing Cloud Connected App"


def form(inputs: dict[str, Any] | None = None, **typed: str) -> SetupForm:
    setup = Setup(guide_key=GUIDE.key, inputs={**initial_inputs(GUIDE), **(inputs or {})})
    name = setup.inputs.get("set_name", "")
    data = {"mode": "first", "set_label": LABEL, "set_label_api_name": name, "mid": "", **typed}
    filled = QueryDict(mutable=True)
    filled.update(data)
    return SetupForm(Context(setup, None, None, Overview(())), filled)


def values(**typed: str) -> dict[str, Any]:
    filled = form(**typed)  # type: ignore[arg-type]
    assert filled.is_valid(), filled.errors
    return filled.values()


def errors(key: str, **typed: str) -> list[str]:
    filled = form(**typed)  # type: ignore[arg-type]
    assert not filled.is_valid()
    return [str(error) for error in filled.errors.get(key, [])]


def test_the_defaults_are_accepted_as_they_are() -> None:
    assert values() == {
        "mode": "first",
        "set_label": LABEL,
        "set_name": "Marketing_Cloud_Connected_App",
        "mid": "",
    }


def test_a_new_setup_starts_with_the_guide_s_defaults() -> None:
    assert initial_inputs(GUIDE) == {"set_label": LABEL, "set_name": "Marketing_Cloud_Connected_App"}


def test_a_new_label_gives_the_api_name() -> None:
    assert values(set_label="Connected 2026: Größe")["set_name"] == names.api_name("Connected 2026: Größe")
    assert values(set_label="7 Wonders")["set_name"] == "X7_Wonders"


def test_a_name_of_one_s_own_is_kept() -> None:
    assert values(set_label="Guests", set_label_api_name="My_Own")["set_name"] == "My_Own"


def test_an_emptied_name_is_made_again_from_the_label() -> None:
    assert values(set_label_api_name="")["set_name"] == "Marketing_Cloud_Connected_App"


@pytest.mark.parametrize(
    ("name", "proposal"),
    [
        ("1st", "X1st"),
        ("a b", "a_b"),
        ("a__b", "a_b"),
        ("a_", "a"),
        ("ä-ö", "a_o"),
        ("!!!", "Permission_Set"),
    ],
)
def test_an_invalid_name_is_explained_with_a_valid_proposal(name: str, proposal: str) -> None:
    (error,) = errors("set_label_api_name", set_label_api_name=name)
    assert error.endswith(f"For example: {proposal}")
    assert names.is_valid(proposal)


@pytest.mark.parametrize("label", ["", "   ", "x" * 81])
def test_a_label_that_salesforce_would_refuse_is_explained(label: str) -> None:
    assert len(errors("set_label", set_label=label)) == 1


def test_a_label_beyond_all_bounds_is_one_mistake_and_not_two() -> None:
    assert len(errors("set_label", set_label="x" * 300)) == 1


def test_a_label_without_a_usable_character_is_told_to_write_a_name() -> None:
    (error,) = errors("set_label_api_name", set_label="日本語", set_label_api_name="")
    assert "Permission_Set" in error


@pytest.mark.parametrize("mid", ["12 34 567", "1234567"])
def test_an_account_id_is_digits_with_spaces_at_most(mid: str) -> None:
    assert values(mid=mid)["mid"] == "1234567"


@pytest.mark.parametrize("mid", ["12a", "-1", "1.5", "١٢٣", "²"])
def test_anything_else_is_no_account_id(mid: str) -> None:
    assert len(errors("mid", mid=mid)) == 1


@pytest.mark.parametrize("mode", ["", "neither", "<script>"])
def test_a_choice_has_to_be_one_of_those_offered(mode: str) -> None:
    assert len(errors("mode", mode=mode)) == 1


@given(st.text(max_size=250), st.text(max_size=250), st.text(max_size=250))
def test_whatever_is_typed_is_refused_with_a_reason_or_gives_a_valid_name(
    label: str, name: str, mid: str
) -> None:
    filled = form(set_label=label, set_label_api_name=name, mid=mid)
    if filled.is_valid():
        kept = filled.values()
        assert names.is_valid(kept["set_name"])
        assert names.label_problem(kept["set_label"]) is None
        assert "\0" not in "".join(kept.values())
    else:
        assert all(str(error) for found in filled.errors.values() for error in found)
