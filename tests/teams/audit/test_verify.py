"""That the audit trail is read in batches, whatever was done to it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.audit import verify
from teams.models import User
from tests.teams.audit.test_chain import past_the_triggers, write

pytestmark = pytest.mark.django_db


def test_deleted_personal_parts_cost_one_look_for_shreds_in_each_batch(
    dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "BATCH", 5)
    write(10, dana)
    with past_the_triggers("teams_auditpersonal") as cursor:
        cursor.execute("DELETE FROM teams_auditpersonal")
    with CaptureQueriesContext(connection) as queries:
        found = list(verify.Findings())
    assert len(found) == 10
    looks = [each for each in queries.captured_queries if f"'{verify.SHREDDED}'" in each["sql"]]
    assert len(looks) == 1 + 2, "at first, and in each of the two batches"
