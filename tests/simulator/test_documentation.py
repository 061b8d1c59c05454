"""docs/stand-in.md names every switch, starting state and address, and only tests and switches that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from simulator import not_modelled
from simulator.app import create_app
from simulator.control.switchboard import CHOICES
from simulator.faults.catalogue import FAULTS, KINDS
from simulator.metadata_soap.components import KINDS as KINDS_OF_METADATA
from simulator.oauth import authorize, token
from simulator.rest.routes import ROUTES as RESOURCES
from simulator.scenarios import SCENARIOS
from simulator.switches import Switches
from simulator.world import World

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "stand-in.md").read_text()
SWITCHES = {each.name for each in fields(Switches)}
TAGS = {"D", "R", "U", "I", "N", "ours"}
_CODE = re.compile(r"`([^`]+)`")


def modelled() -> Iterator[tuple[str, str, str, str]]:
    """behaviour, tag, switch, test of each row."""
    inside = False
    for line in PAGE.splitlines():
        inside = line == "| behaviour | tag | switch | held by |" or (inside and line.startswith("|"))
        if inside and line.startswith("| ") and not line.startswith("| behaviour "):
            behaviour, tag, switch, test = (cell.strip() for cell in line.strip("|").split(" | "))
            yield behaviour, tag, switch, test


ROWS = list(modelled())
IDS = [row[0][:60] for row in ROWS]


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_each_behaviour_is_held_by_a_test_that_exists(row: tuple[str, str, str, str]) -> None:
    (named,) = _CODE.findall(row[3])
    path, _, function = named.partition("::")
    assert function.startswith("test_")
    assert function in names_in(TESTS / path)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_each_behaviour_names_switches_that_exist_and_their_values(row: tuple[str, str, str, str]) -> None:
    switch = row[2]
    if switch == "-" or switch.startswith(("who ", "starting state")):
        return
    names, equals, values = switch.partition(" = ")
    known = _CODE.findall(names)
    assert known
    assert set(known) <= SWITCHES
    if equals:
        assert set(_CODE.findall(values)) <= set(CHOICES[known[0]])


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_each_behaviour_says_how_sure_it_is(row: tuple[str, str, str, str]) -> None:
    assert set(re.findall(r"\b(?:[A-Z]|ours)\b", row[1])) & TAGS
    assert row[1].split(",")[0].split(";")[0].split(" ")[0] in TAGS


@pytest.mark.parametrize("name", sorted(SWITCHES))
def test_each_switch_is_in_the_table(name: str) -> None:
    assert any(f"`{name}`" in row[2] for row in ROWS)


def test_each_switch_has_alternatives() -> None:
    assert all(len(set(choices)) >= 2 for choices in CHOICES.values())


def test_the_table_was_found() -> None:
    assert len(ROWS) >= 90
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_starting_state_is_explained(name: str) -> None:
    assert f"| `{name}` |" in PAGE


def test_each_default_is_one_of_the_choices() -> None:
    switches = Switches()
    assert all(getattr(switches, name) in choices for name, choices in CHOICES.items())


def section(first: str, last: str) -> str:
    return PAGE.partition(first)[2].partition(last)[0]


def test_every_address_is_listed() -> None:
    listed = set(_CODE.findall(section("| of | addresses |", "| resource of")))
    rules = {re.sub(r"<\w+:", "<", rule.rule) for rule in create_app(World()).url_map.iter_rules()}
    assert listed == {rule for rule in rules if not rule.startswith("/static")}


def test_every_resource_of_rest_is_listed_with_its_methods() -> None:
    """Each row of the table, with something in its braces, is a resource that takes just these methods."""
    found: dict[str, set[str]] = {}
    for row in section("| methods |\n|---|---|\n", "\n\n").splitlines():
        names, methods = row.strip("| ").split(" | ")
        for name in _CODE.findall(names) or [""]:
            for path in (
                {name, f"tooling/{name}"} if "after `tooling/`" in names and name != "tooling/" else {name}
            ):
                if path != "tooling/":
                    found[path] = set(re.findall("[A-Z]{3,}", methods))
    answered = {
        path: next(handlers for pattern, handlers in RESOURCES if pattern.fullmatch(sample(path)))
        for path in found
    }
    assert {path: set(handlers) for path, handlers in answered.items()} == found
    assert len({id(handlers) for handlers in answered.values()}) == len(RESOURCES)


def sample(path: str) -> str:
    values = {
        "{Object}": "User",
        "{id}": "0" * 18,
        "{field}": "Key__c",
        "{value}": "1",
        "{locator}": "01g-2000",
    }
    for name, value in values.items():
        path = path.replace(name, value)
    return path


def test_what_is_refused_as_not_modelled_is_listed() -> None:
    listed = set(_CODE.findall(section("| of | not modelled |", "\n\n")))
    refused = {*not_modelled.RESOURCES, *not_modelled.OBJECTS, *not_modelled.CLAUSES, *not_modelled.SERVICES}
    refused |= {f"{name}()" for name in not_modelled.FUNCTIONS} | {"COUNT()", "LAST_N_DAYS:7"}
    refused |= {*authorize.FLOWS_ELSEWHERE, *token.FLOWS_ELSEWHERE}
    assert listed == refused | {"listMetadata", "readMetadata", *KINDS_OF_METADATA}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_explained(name: str) -> None:
    assert f"| `{name}` | {FAULTS[name].words} |" in PAGE


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_request_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE
