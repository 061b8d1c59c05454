from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.wizard.guides.connected_app_authentication.build import (
    ANNA,
    APP,
    APP_ID,
    NAME,
    SET_ID,
    START,
    USER,
    choices,
    seen,
)
from wizard.guides.changes import Change
from wizard.guides.connected_app_authentication import undo_harm
from wizard.guides.connected_app_authentication.changes import UNASSIGN
from wizard.guides.connected_app_authentication.snapshot import (
    Assignment,
    Configuration,
    Grant,
    PermissionSet,
    Snapshot,
)
from wizard.guides.text import Text

CHOSEN = choices()
CLOSED, HIDDEN = replace(APP, admin_approved=True), replace(APP, policies_seen=False)
CONNECTED = (Configuration("a00", "1234567", START, START),)
HELD = (Assignment("r1", USER, SET_ID), Assignment("r2", ANNA, SET_ID))


def org(app: Any = CLOSED, *, connected: bool = True, held: Any = HELD, **more: Any) -> Snapshot:
    return seen(
        CHOSEN,
        app=(app,),
        sets=(PermissionSet(SET_ID, NAME, "MC"),),
        grants=(Grant("g1", SET_ID, APP_ID),),
        assignments=held,
        configuration=CONNECTED if connected else (),
        **more,
    )


def taking(*rows: str) -> list[Change]:
    no = Text("")
    return [Change(UNASSIGN, row, "people_assigned", no, no, no, {"id": row}) for row in rows]


def said(harm: Any) -> str:
    return " ".join(each.plain() for each in (*harm.says, *harm.stays))


def test_who_is_refused_then_is_named_and_the_rest_stays_approved() -> None:
    harm = undo_harm.before(org(), CHOSEN, taking("r2"))
    assert harm is not None
    assert harm.names == (CHOSEN.name_of(ANNA),)
    assert undo_harm.WILL_REFUSE in harm.says
    assert undo_harm.SENDS_STOP not in harm.says, "the connection user stays approved"
    assert harm.link
    assert harm.link.params == {"app_id": APP_ID}


@pytest.mark.parametrize("rows", [("r1", "r2"), ("g1",), (SET_ID,)])
def test_where_nobody_is_left_the_sends_and_the_connection_stop(rows: tuple[str, ...]) -> None:
    harm = undo_harm.before(org(connected=False), CHOSEN, taking(*rows))
    assert harm is not None
    assert undo_harm.WILL_REFUSE_ALL in harm.says
    assert undo_harm.SENDS_STOP in harm.says
    assert "All users may self-authorize" in said(harm)


def test_whom_another_permission_set_of_the_app_lets_in_loses_nothing() -> None:
    others = (Assignment("o1", ANNA, "0PS000000000009AAA"),)
    assert undo_harm.before(org(approvals=others, connected=False), CHOSEN, taking("r2")) is None


def test_an_org_that_lets_everyone_in_is_harmed_only_where_it_is_connected() -> None:
    harm = undo_harm.before(org(APP), CHOSEN, taking("r1"))
    assert harm is not None
    assert harm.says == (undo_harm.WORKS_AS,)
    assert undo_harm.before(org(APP, connected=False), CHOSEN, taking("r1")) is None


def test_hidden_policies_are_not_taken_for_open_ones() -> None:
    harm = undo_harm.before(org(HIDDEN), CHOSEN, taking("r1", "r2"))
    assert harm is not None
    assert harm.says[0] == undo_harm.NOT_SEEN


def test_afterwards_it_is_told_until_the_org_shows_it_mended() -> None:
    told = undo_harm.after(org(held=()), CHOSEN)
    assert told is not None
    assert undo_harm.REFUSES_ALL in told.says
    assert undo_harm.after(org(), CHOSEN) is None, "everyone chosen is approved again"
    assert undo_harm.after(org(APP, connected=False, held=()), CHOSEN) is None
