"""A lost answer is found by reading back, and a row lock on one of many is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from orgs.salesforce.client import Client, Sub, SubResult
from orgs.salesforce.errors import NoAnswer
from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt, Recorder, plan, statuses
from wizard.guides.connected_app_authentication.guide import GUIDE

LOCK = {"statusCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access", "fields": []}


class Losing(Client):
    """The write takes effect, and its answer is lost."""

    def composite(self, subs: Sequence[Sub], *, all_or_none: bool = False) -> list[SubResult]:
        super().composite(subs, all_or_none=all_or_none)
        raise NoAnswer("TIMEOUT")


class Locking(Client):
    """The last assignment of the first composite meets a row lock, so it is not written."""

    def composite(self, subs: Sequence[Sub], *, all_or_none: bool = False) -> list[SubResult]:
        spared = [self._without_last(sub) if sub.ref == "assignNew" else sub for sub in subs]
        results = super().composite(spared, all_or_none=all_or_none)
        for result in results:
            if result.ref == "assignNew":
                result.body.append({"success": False, "errors": [LOCK]})
        return results

    def _without_last(self, sub: Sub) -> Sub:
        body: Any = sub.body
        return Sub(sub.method, sub.path, sub.ref, {**body, "records": body["records"][:-1]})


def with_client(at: OrgAt, kind: type[Client]) -> Client:
    return kind(at.client._session, at.client.api_version, sleep=lambda seconds: None)


def test_a_write_whose_answer_was_lost_is_found_by_reading_back(stand: Stand) -> None:
    at = OrgAt.create(stand)
    chosen = at.choices(3)
    before = at.read(chosen)
    changes = plan(before, chosen)
    recorder = Recorder()
    with pytest.raises(NoAnswer):
        GUIDE.apply(with_client(at, Losing), changes, before, chosen, recorder)
    assert recorder.batches == [changes], "the intent was told before the call"
    assert recorder.outcomes == []
    after = at.read(chosen)
    assert all(GUIDE.found(change, after) for change in changes)
    assert not any(GUIDE.found(change, before) for change in changes)
    assert plan(after, chosen) == []


def test_an_undo_whose_answer_was_lost_is_found_by_reading_back(stand: Stand) -> None:
    at = OrgAt.create(stand)
    chosen = at.choices(2)
    before = at.read(chosen)
    recorder = Recorder()
    GUIDE.apply(at.client, plan(before, chosen), before, chosen, recorder)
    there = at.read(chosen)
    changes = GUIDE.undo_plan(recorder.made, there)
    with pytest.raises(NoAnswer):
        GUIDE.undo(with_client(at, Losing), changes, Recorder())
    after = at.read(chosen)
    gone = [change.kind for change in changes if GUIDE.found(change, after)]
    assert gone == ["revoke_app"]
    assert not any(GUIDE.found(change, there) for change in changes)


def test_a_row_that_met_a_lock_is_sent_again_alone(stand: Stand) -> None:
    at = OrgAt.create(stand)
    chosen = at.choices(3)
    before = at.read(chosen)
    recorder = Recorder()
    GUIDE.apply(with_client(at, Locking), plan(before, chosen), before, chosen, recorder)
    assert [len(batch) for batch in recorder.batches] == [1 + 4 + 3 + 1, 1]
    assert all(outcome.created for outcome in recorder.outcomes)
    assert len({outcome.change.key for outcome in recorder.outcomes}) == len(recorder.outcomes) == 9
    assert statuses(at.read(chosen), chosen)["people_assigned"] == "done all_assigned"
