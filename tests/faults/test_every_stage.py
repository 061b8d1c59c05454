"""Faults in every stage of the work: told in words, bounded, and the next try ends well."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from simulator.faults import Faults
from tests.faults.judging import (
    assert_done,
    assert_ends_well,
    assert_nothing_secret,
    assert_told,
    secrets_of,
    sign_in_again_if_asked,
    struck,
)
from tests.faults.troubles import OF_EACH_SORT, TROUBLES, Trouble
from tests.fixture_types import Hurry, SignedIn
from tests.wizard.harness import SetupHarness
from wizard.models import Job

pytestmark = pytest.mark.django_db

MOST_CALLS = 12


@dataclass(frozen=True)
class Stage:
    """One stage of the work: what comes before it, what is done, and which requests are struck."""

    name: str
    kinds: set[str]
    where: dict[str, Any]
    page: str
    prepare: Callable[[SetupHarness], Any]
    act: Callable[[SetupHarness], Job]

    @property
    def changes_the_org(self) -> bool:
        return self.act in (SetupHarness.apply, SetupHarness.undo)


def expire(desk: SetupHarness) -> None:
    desk.check()
    with desk.stand.world.lock:
        tokens = desk.stand.world.tokens
        for value in [value for value, token in tokens.items() if token.org_id == desk.theirs.id]:
            del tokens[value]


def apply_all(desk: SetupHarness) -> None:
    desk.check()
    assert desk.apply().state == "done"


def read_people(desk: SetupHarness) -> Job:
    return desk.work(desk.queue("people"))


READ = {"rest", "composite", "read"}
WRITE = {"rest", "composite", "collections", "write"}
STAGES = (
    Stage("read", READ, {"kind": "composite read"}, "prepare", lambda desk: None, SetupHarness.check),
    Stage("plan", READ, {"kind": "composite read"}, "people", SetupHarness.check, SetupHarness.apply),
    Stage("apply", WRITE, {"kind": "write"}, "people", SetupHarness.check, SetupHarness.apply),
    Stage(
        "read_back",
        READ,
        {"kind": "composite read", "once_seen": "write"},
        "people",
        SetupHarness.check,
        SetupHarness.apply,
    ),
    Stage("undo", WRITE, {"kind": "write"}, "handover", apply_all, SetupHarness.undo),
    Stage("people", {"rest", "query", "read"}, {"kind": "query"}, "prepare", lambda desk: None, read_people),
    Stage("refresh", {"token", "refresh"}, {"kind": "refresh"}, "prepare", expire, SetupHarness.check),
)

#: Each kind of call (read, write, token) under every fault; the other stages under one of each sort.
IN_FULL = ("read", "apply", "refresh")


def cases(*stages: Stage, in_full: Sequence[str] = IN_FULL, **more: int) -> list[Any]:
    return [
        pytest.param(stage, trouble, more, id=f"{stage.name}-{trouble.id}{'-once' * bool(more)}")
        for stage in stages
        for trouble in TROUBLES
        if trouble.can_strike(stage.kinds) and (stage.name in in_full or trouble.id in OF_EACH_SORT)
    ]


def test_each_fault_strikes_some_stage() -> None:
    assert {trouble.id for trouble in TROUBLES} == {case.values[1].id for case in cases(*STAGES)}


APPLY = next(stage for stage in STAGES if stage.name == "apply")


@pytest.mark.parametrize(
    ("stage", "trouble", "more"),
    cases(*STAGES) + cases(APPLY, in_full=(), times=1),
)
def test_a_fault_that_lasts_or_happens_once(
    stage: Stage, trouble: Trouble, more: dict[str, int], desk: SetupHarness, faults: Faults, hurried: Hurry,
    signed_in: SignedIn, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    site = signed_in(desk.person)
    before = desk.footprint()
    stage.prepare(desk)
    secrets = secrets_of(desk)
    caplog.set_level(logging.DEBUG)
    hurried(answer=trouble.answer_time)
    number = faults.add(trouble.rule(org=desk.theirs.id, **stage.where, **more))
    job = stage.act(desk)
    assert 0 < struck(faults, number) <= MOST_CALLS, "the fault struck, and nobody asked for ever"
    hurried()
    assert_told(site, desk, job, stage.page)
    faults.clear()
    assert_nothing_secret(caplog, secrets | secrets_of(desk))
    if stage.name == "refresh" and trouble.loses_the_answer:
        # The org has used up the old refresh token, and the new one never arrived.
        assert_told(site, desk, desk.check(), stage.page)
        assert not desk.org.connection.is_connected
    sign_in_again_if_asked(site, desk, stage.page)
    if stage.changes_the_org:
        assert_ends_well(desk, before, undo=stage.name != "plan")
    else:
        assert_done(stage.act(desk))
        assert desk.footprint() == before
