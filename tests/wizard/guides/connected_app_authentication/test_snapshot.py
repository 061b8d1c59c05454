"""A snapshot survives JSON unchanged, and merging keeps what was not read again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from wizard.guides.connected_app_authentication.snapshot import (
    PARTS,
    ROW_TYPES,
    Facts,
    Part,
    Snapshot,
    State,
    dump,
    load,
    merge,
)

TEXT = st.text(max_size=12)


def rows_of(name: str) -> st.SearchStrategy[Any]:
    if name == "rights":
        return st.dictionaries(TEXT, st.booleans(), max_size=4)
    make: Callable[..., Any] = ROW_TYPES[name]
    return st.lists(st.builds(make), max_size=3).map(tuple)


def part_of(name: str) -> st.SearchStrategy[Part[Any]]:
    return st.one_of(
        st.just(Part[Any]()),
        st.builds(Part[Any], st.just(State.UNREADABLE), st.none(), TEXT, TEXT, TEXT, TEXT),
        st.builds(Part[Any], st.just(State.KNOWN), rows_of(name), st.just(""), st.just(""), TEXT, TEXT),
    )


SNAPSHOTS = st.builds(
    Snapshot, **{name: part_of(name) for name in PARTS}, facts=st.builds(Facts), read_at=TEXT
)


@given(SNAPSHOTS)
def test_a_snapshot_survives_json_unchanged(snapshot: Snapshot) -> None:
    assert load(json.loads(json.dumps(dump(snapshot)))) == snapshot


@given(SNAPSHOTS, SNAPSHOTS)
def test_merging_keeps_what_was_not_read_again(old: Snapshot, new: Snapshot) -> None:
    merged = merge(old, new)
    for name in PARTS:
        fresh = new.part(name).state is not State.NOT_READ
        assert merged.part(name) == (new if fresh else old).part(name)
    for each in fields(Facts):
        value = getattr(new.facts, each.name)
        assert getattr(merged.facts, each.name) == (getattr(old.facts, each.name) if value is None else value)


@given(SNAPSHOTS)
def test_merging_over_nothing_is_what_was_read(snapshot: Snapshot) -> None:
    assert merge(None, snapshot) == snapshot


def test_every_part_has_a_type() -> None:
    assert {each.name for each in fields(Snapshot)} == {*PARTS, "facts", "read_at"}
