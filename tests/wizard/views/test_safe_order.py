"""An org in use: repaired in the safe order, which a person leaves only for a reason."""

from __future__ import annotations

import pytest

from tests.fixture_types import MakeSetup
from tests.wizard.views.conftest import Site
from wizard.guides.connected_app_authentication.guide import SAFE_ORDER
from wizard.models import Setup
from wizard.state.context import context_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_use(site: Site, make: MakeSetup) -> Site:
    site.desk = make("live", is_sandbox=False)
    mark = site.desk.mark()
    site.desk.check()
    first_read, login_history, since_connected = 4, 1, 1
    assert site.desk.calls(mark) == first_read + login_history + since_connected, (
        "the choice that it found is no reason to read again"
    )
    return site


def test_a_connected_org_is_repaired_by_itself_and_in_the_safe_order(in_use: Site) -> None:
    setup = in_use.desk.reload()
    assert setup.inputs["mode"] == "repair"
    assert in_use.desk.events("input_found")
    seen = context_of(setup).overview
    assert tuple(view.stage.key for view in seen.stages) == SAFE_ORDER
    assert seen.stage("policies").number == 5
    assert seen.stage("policies").waits_for == (1, 2, 3, 4)
    assert seen.stage("policies").guarded


def test_the_policies_wait_also_until_nobody_who_uses_the_app_is_forgotten(in_use: Site) -> None:
    desk = in_use.desk
    desk.choose(0, mode="repair")
    desk.check()
    desk.apply()
    policies = context_of(desk.reload()).overview.stage("policies")
    assert (policies.waits_for, policies.guarded) == ((1,), True), "everyone chosen is let in, others are not"
    desk.choose(sorted({row["UserId"] for row in desk.theirs.rows("OauthToken")}), mode="repair")
    desk.check()
    desk.apply()
    assert context_of(desk.reload()).overview.stage("policies").waits_for == ()


def test_a_first_connection_is_refused_with_the_reason(in_use: Site) -> None:
    answer = in_use.post("inputs", mode="first", set_label="Marketing Cloud Connected App", mid="")
    assert answer.status_code == 422
    assert "so this is a repair" in answer.content.decode()
    assert Setup.objects.get(pk=in_use.desk.setup.pk).inputs["mode"] == "repair"


def test_what_a_person_chose_is_not_chosen_again(make: MakeSetup) -> None:
    desk = make("live")
    desk.choose(0, mode="first")
    desk.check()
    assert desk.reload().inputs["mode"] == "first"
    assert desk.statuses()["live_use"] == "to_do"


def test_the_order_is_left_only_for_a_reason_that_the_history_and_the_report_keep(in_use: Site) -> None:
    in_use.post("override", "policies", reason="  asap ")
    assert context_of(in_use.desk.reload()).overview.stage("policies").blocked
    in_use.post("override", "policies", reason="A security incident: tokens were stolen.")
    assert not context_of(in_use.desk.reload()).overview.stage("policies").blocked
    assert "tokens were stolen" in in_use.page("history")
    assert "tokens were stolen" in in_use.page("report")
    assert "tokens were stolen" in in_use.get("report_json").content.decode()
    in_use.post("override", "policies", reason="Once more, for no reason.")
    assert len(in_use.desk.events("overridden")) == 1


def test_what_waits_for_another_reason_is_not_overridden(in_use: Site) -> None:
    in_use.post("override", "connect", reason="We are in a hurry today.")
    assert context_of(in_use.desk.reload()).overview.stage("connect").blocked
    assert in_use.desk.events("overridden") == []
