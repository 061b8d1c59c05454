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
    Configuration,
    Facts,
    Part,
    Snapshot,
    State,
    User,
    dump,
    load,
    merge,
)

TEXT = st.text(max_size=12)


def rows_of(name: str) -> st.SearchStrategy[Any]:
    if name == "rights":
        return st.dictionaries(TEXT, st.booleans(), max_size=4)
    make: Callable[..., object] = ROW_TYPES[name]
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


@given(SNAPSHOTS)
def test_what_another_release_has_stored_is_read_as_far_as_it_is_known(snapshot: Snapshot) -> None:
    raw = json.loads(json.dumps(dump(snapshot)))
    more = {"of_later": [1]}
    raw |= {"parts": {name: _with(part, more) for name, part in raw["parts"].items()} | {"later": more}}
    raw |= {"facts": raw["facts"] | more} | more
    assert load(raw) == snapshot


def _with(part: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    rows = part["value"]
    return {**part, **more, "value": [row | more for row in rows] if isinstance(rows, list) else rows}


def test_what_is_as_always_is_not_stored() -> None:
    """The release before would not know a field that is new, and it is as always for nearly every org."""
    user = User("005x", "Ana", "ana@example.com", active=True)
    stored = dump(Snapshot(connection_user=Part(State.KNOWN, (user,))))
    assert stored["facts"] == {}
    kept = {"id": "005x", "name": "Ana", "username": "ana@example.com", "active": True}
    assert stored["parts"]["connection_user"] == {"state": "known", "value": [kept]}


def test_what_the_release_before_could_not_load_is_kept_where_it_does_not_look() -> None:
    rows = (
        Configuration("a0x1", "1", "then", "now"),
        Configuration("a0x2", "2", "then", "now", mid_seen=False, send_types="All"),
    )
    known = Snapshot(
        configuration=Part(State.KNOWN, rows), facts=Facts(api_used=3, caller_id="005x", ready_by="mark")
    )
    stored = json.loads(json.dumps(dump(known)))
    assert stored["facts"] == {"api_used": 3}
    for row in stored["parts"]["configuration"]["value"]:
        assert set(row) == {"id", "mid", "created_at", "modified_at"}
    assert load(stored) == known


@given(SNAPSHOTS, SNAPSHOTS)
def test_merging_keeps_what_was_not_read_again(old: Snapshot, new: Snapshot) -> None:
    merged = merge(old, new)
    for name in PARTS:
        fresh = new.part(name).state is not State.NOT_READ
        assert merged.part(name) == (new if fresh else old).part(name)
    for each in fields(Facts):
        if each.name in ("former_apps", "app_was_missing"):  # what the two of them tell together
            continue
        value = getattr(new.facts, each.name)
        assert getattr(merged.facts, each.name) == (getattr(old.facts, each.name) if value is None else value)


@given(SNAPSHOTS)
def test_merging_over_nothing_is_what_was_read(snapshot: Snapshot) -> None:
    assert merge(None, snapshot) == snapshot


def test_every_part_has_a_type() -> None:
    assert {each.name for each in fields(Snapshot)} == {*PARTS, "facts", "read_at"}
