"""Everything that the code logs or waits for has a sentence, with all that the sentence needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from orgs.models import Org
from teams.models import Team
from wizard.actions import admit
from wizard.guides.changes import Change, Outcome
from wizard.guides.text import Text
from wizard.jobs import queue, runner
from wizard.messages import events
from wizard.messages.events import JOB_TITLES
from wizard.models import Job, Setup
from wizard.state.recorded_changes import summarise

ROOT = Path(__file__).parents[3]
FILES = [path for room in ("wizard", "orgs") for path in sorted((ROOT / room).rglob("*.py"))]
ROWS = ("changed", "undone")


def calls(name: str) -> Iterator[tuple[Path, ast.AST, ast.Call]]:
    """Every call of the function of that name in our code, with the function that it stands in."""
    for path in FILES:
        tree = ast.parse(path.read_text())
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for function in functions:
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in (name, f"queue.{name}"):
                    yield path, function, node


def kinds_of(value: ast.expr, function: ast.AST) -> set[str]:
    """Every value that the expression can have; an expression that we can't follow is an error."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return {value.value}
    if isinstance(value, ast.IfExp):
        return kinds_of(value.body, function) | kinds_of(value.orelse, function)
    if isinstance(value, ast.JoinedStr):
        return {
            ast.unparse(value)[2:-1]
            .replace("{job.kind}", kind)
            .replace("{kind}", kind)
            .replace("{state}", state)
            for kind in Job.Kind.values
            for state in Job.ENDED
        }
    if isinstance(value, ast.Subscript) and ast.unparse(value.value) == "EVENT_OF":
        return set(runner.EVENT_OF.values())
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "REFUSED_AS.get":
        return set(admit.REFUSED_AS.values()) | kinds_of(value.args[1], function)
    if isinstance(value, ast.Name):
        found = [
            kinds_of(node.value, function)
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == value.id
        ]
        if found:
            return set().union(*found)
    raise AssertionError(f"what can {ast.unparse(value)} be?")


@cache
def logged() -> dict[str, list[set[str]]]:
    """Event kind -> the names of the data that each place gives it."""
    found: dict[str, list[set[str]]] = {}
    for _path, function, call in calls("record_event"):
        given = {keyword.arg for keyword in call.keywords if keyword.arg}
        for kind in kinds_of(call.args[1], function):
            found.setdefault(kind, []).append(given)
    return found


def test_the_search_sees_the_events() -> None:
    assert {"changed", "undone", "interrupted", "confirmed", "unconfirmed", "check_done"} <= set(logged())


@pytest.mark.parametrize("kind", sorted(logged()))
def test_an_event_has_a_sentence_and_the_data_for_it(kind: str) -> None:
    if kind in ROWS:
        assert all("rows" in given for given in logged()[kind])
        return
    needs = set(events.text_names(events.EVENTS[kind]))
    assert all(needs <= given for given in logged()[kind]), f"{kind} needs {needs}"


def test_no_sentence_is_there_for_an_event_that_nothing_logs() -> None:
    assert set(events.EVENTS) - set(logged()) == {"planned_one"}


def test_everything_that_is_waited_for_has_a_sentence() -> None:
    waits = set()
    for _path, function, call in calls("set_waiting_reason"):
        waits |= kinds_of(call.args[1], function)
    assert {"reading", "salesforce", "reading_back"} <= waits
    assert waits | {"worker", queue.OTHER_CHANGE} == set(events.WAITING)


def test_every_kind_of_job_has_a_title() -> None:
    assert set(JOB_TITLES) == set(Job.Kind)


def test_one_change_is_told_in_the_singular() -> None:
    assert events.of_event("planned", {"count": 1})[0].plain().count("1 change ")
    assert "2 changes" in events.of_event("planned", {"count": 2})[0].plain()


def change(kind: str, user: str = "Ann", group: str = "The set") -> Change:
    what = Text("Give {user} the permission set {label}", {"user": user, "label": "The set"})
    return Change(kind, f"{kind}:{user}", "step", what, Text("not there"), Text("there"), group=group)


def told(*outcomes: Outcome) -> list[str]:
    return [text.plain() for text in events.of_event("changed", {"rows": summarise(outcomes)})]


def test_like_changes_are_one_row() -> None:
    made = [Outcome(change("assign", user), True, True, user) for user in ("Ann", "Bob", "Cem")]
    assert told(*made) == ["Gave 3 people the permission set The set"]


def test_a_single_change_names_the_person() -> None:
    assert told(Outcome(change("assign"), True, True, "1")) == ["Gave Ann the permission set The set"]


def test_what_was_there_and_what_was_refused_are_rows_of_their_own() -> None:
    lines = told(
        Outcome(change("assign", "Ann"), True, True, "1"),
        Outcome(change("assign", "Bob"), True),
        Outcome(change("assign", "Cem"), False, error_code="INACTIVE"),
        Outcome(change("assign", "Dan"), False, error_code="INACTIVE"),
        Outcome(change("assign", "Eve"), False, error_code="LICENSE"),
    )
    assert lines == [
        "Gave Ann the permission set The set",
        "Already there: Give Bob the permission set The set",
        "Salesforce refused this change: Give Cem the permission set The set, and 1 more like it",
        "Salesforce refused this change: Give Eve the permission set The set",
    ]


def test_what_was_gone_before_we_could_undo_it_is_not_called_there() -> None:
    assert told(Outcome(change("unassign"), True))[0].startswith("It was gone already: ")


@pytest.mark.django_db
def test_braces_in_names_change_nothing(team: Team) -> None:
    evil = "{0} {user.__class__} {{x}} %s"
    assert evil in told(Outcome(change("assign", evil), True, True, "1"))[0]
    assert evil in told(Outcome(change("other", evil, ""), False))[0]
    assert evil in events.of_event("input_changed", {"labels": evil})[0].plain()
    assert str(Setup(org=Org(team=team, name=evil), guide_key="x"))
