from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.salesforce.soql import Like, Names, soql

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
UNESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}


def unquote(literal: str) -> str:
    """Read one SOQL string literal the way Salesforce documents it; anything after it is an error."""
    assert literal[0] == "'"
    text, i = "", 1
    while literal[i] != "'":
        if literal[i] == "\\":
            text += UNESCAPES[literal[i + 1]]
            i += 2
        else:
            text += literal[i]
            i += 1
    assert i == len(literal) - 1, "the literal ended early: what follows would be SOQL"
    return text


@given(TEXT)
def test_any_text_stays_one_literal(text: str) -> None:
    assert unquote(soql("{text}", text=text)) == text


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_a_list_becomes_as_many_literals(texts: list[str]) -> None:
    inner = soql("{texts}", texts=texts)
    assert inner == "(" + ", ".join(soql("{t}", t=text) for text in texts) + ")"


@given(st.text(st.sampled_from("ab%_'\\"), max_size=12))
def test_wildcards_typed_by_a_person_match_only_themselves(text: str) -> None:
    pattern = soql("{p}", p=Like.containing(text))[1:-1]
    bare = pattern.removeprefix("%").removesuffix("%").replace("\\%", "").replace("\\_", "")
    assert "%" not in bare
    assert bare.count("_") == text.count("\\"), "only a backslash becomes the any-character wildcard"
    assert bare.replace("\\'", "").count("'") == 0


def test_values_are_written_by_their_type() -> None:
    query = soql(
        "SELECT {fields} FROM X WHERE A = {a} AND B = {b} AND C = {c} AND D >= {d} AND E = {e} AND F IN {f}",
        fields=Names(["Id", "Profile.Name", "et4ae5__Default_MID__c"]),
        a=True,
        b=None,
        c=7,
        d=datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=2))),
        e=date(2026, 11, 23),
        f=["x", "y"],
    )
    assert query == (
        "SELECT Id, Profile.Name, et4ae5__Default_MID__c FROM X WHERE A = true AND B = null AND C = 7 "
        "AND D >= 2026-11-23T10:00:00Z AND E = 2026-11-23 AND F IN ('x', 'y')"
    )


@pytest.mark.parametrize("name", ["Id FROM User", "a,b", "", "1a", "a.", "é", "Id\n"])
def test_a_name_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="Not a field or object name"):
        Names([name])


@pytest.mark.parametrize("template", ["{a!r}", "{a:>9}", "{}", "{a.b}", "{a[0]}"])
def test_only_plain_places_are_filled(template: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        soql(template, a="x")


def test_a_value_without_a_place_and_a_place_without_a_value_are_refused() -> None:
    with pytest.raises(ValueError, match="b"):
        soql("{a}", a="x", b="y")
    with pytest.raises(KeyError):
        soql("{a} {b}", a="x")


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(ValueError, match="IN needs"):
        soql("{ids}", ids=[])


def test_a_date_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        soql("{at}", at=datetime(2026, 1, 1))
    assert soql("{at}", at=datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00Z"
