"""Nobody changes more in Salesforce by a link than they could without one."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from orgs.salesforce.errors import TemporaryProblem
from simulator import policies
from simulator.engagement import is_frozen
from simulator.org.rights import rights_of
from simulator.org.store import Org as StandInOrg
from tests.wizard.guest_browser import GuestBrowser, send, words
from tests.wizard.harness import SetupHarness
from wizard.models import GuestInvitation
from wizard.stage import panel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stand_in_allowed")]
CHANGING = {"ManageProfilesPermissionsets", "AssignPermissionSets", "CustomizeApplication"}


def username(desk: SetupHarness, user_id: str = "") -> str:
    """Of an admin who may do all but manage permission sets, if nobody else is named."""
    return str(desk.theirs.tables["User"][user_id or desk.theirs.extra["limited_admin_id"]]["Username"])


def is_plain(theirs: StandInOrg, user_id: str) -> bool:
    return not rights_of(theirs, user_id) & CHANGING and not is_frozen(theirs, user_id)


def comes(desk: SetupHarness, stage: str, who: str = "") -> GuestBrowser:
    _, browser = send(desk.stand, desk.setup, desk.person, stage)
    assert browser.come(desk.theirs, who).status_code == 302
    return browser


def approve(desk: SetupHarness, browser: GuestBrowser, stage: str) -> Any:
    """As the page's button does, from a page that has it."""
    desk.reload()
    offer = panel.offer(*desk.at(stage))
    assert offer is not None
    assert offer.changes
    return browser.post(desk.setup, "apply", stage, fingerprint=offer.fingerprint)


def test_what_their_own_user_may_not_do_is_not_done_for_them(checked: SetupHarness) -> None:
    guest = comes(checked, "permission_set", username(checked))
    response = approve(checked, guest, "permission_set")
    assert not checked.setup.jobs.filter(kind="apply").exists()
    told = words(guest.site.get(response["Location"]))
    assert "You may not create the permission set: Manage Profiles and Permission Sets is missing." in told
    assert "So we change nothing for you here." in told


def test_a_plain_user_of_the_org_changes_nothing(checked: SetupHarness) -> None:
    somebody = next(each for each in checked.full_users() if is_plain(checked.theirs, each))
    guest = comes(checked, "permission_set", username(checked, somebody))
    approve(checked, guest, "permission_set")
    assert not checked.setup.jobs.filter(kind="apply").exists()


def test_they_see_no_button_for_it_but_how_to_do_it_by_hand(checked: SetupHarness) -> None:
    guest = comes(checked, "permission_set", username(checked))
    for how in ("auto", "manual"):
        here = reverse("wizard:stage", args=[checked.setup.pk, "permission_set"])
        page = guest.site.get(here, {"how": how}).content.decode()
        assert reverse("wizard:apply", args=[checked.setup.pk, "permission_set"]) not in page
        assert 'id="guest-lacks"' in page
        assert "Do this in Salesforce" in page
        assert '<ol class="steps">' in page


def test_nor_is_what_we_made_undone_for_them(checked: SetupHarness) -> None:
    checked.apply("permission_set")
    guest = comes(checked, "permission_set", username(checked))
    offer = panel.undo_offer(*checked.at("permission_set"))
    assert offer.changes
    response = guest.post(checked.setup, "undo", "permission_set", fingerprint=offer.fingerprint)
    assert not checked.setup.jobs.filter(kind="undo").exists()
    told = words(guest.site.get(response["Location"]))
    assert "Manage Profiles and Permission Sets is missing." in told
    assert reverse("wizard:undo", args=[checked.setup.pk, "permission_set"]) not in told


def test_it_is_asked_for_each_stage(checked: SetupHarness) -> None:
    checked.apply("permission_set")
    guest = comes(checked, "people", username(checked))  # they may assign people
    approve(checked, guest, "people")
    assert checked.setup.jobs.filter(kind="apply", stages=["people"]).exists()


def test_rights_that_can_not_be_read_count_as_none_and_a_new_sign_in_helps(
    checked: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: Any, **_more: Any) -> None:
        raise TemporaryProblem("SERVER_UNAVAILABLE", "busy")

    with monkeypatch.context() as here:
        here.setattr("orgs.sign_in.callbacks.client_of", busy)
        guest = comes(checked, "permission_set")
    assert GuestInvitation.objects.get().rights is None
    approve(checked, guest, "permission_set")
    assert not checked.setup.jobs.filter(kind="apply").exists()
    page = words(guest.page(checked.setup, "permission_set"))
    assert "We could not see what your own user may do in Salesforce." in page
    guest = GuestBrowser(guest.stand, guest.path)
    guest.come(checked.theirs)
    approve(checked, guest, "permission_set")
    assert checked.setup.jobs.filter(kind="apply").exists()


def test_what_was_read_at_an_earlier_sign_in_does_not_outlive_a_later_one(
    checked: SetupHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = comes(checked, "permission_set")
    assert GuestInvitation.objects.get().rights is not None
    with monkeypatch.context() as here:
        here.setattr("wizard.guests.permissions.note", lambda *_args: None)
        GuestBrowser(guest.stand, guest.path).come(checked.theirs)
    assert GuestInvitation.objects.get().rights is None


def test_the_grant_is_ended_after_they_are_read(checked: SetupHarness) -> None:
    with checked.stand.world.lock:
        before = sum(not each["used"] for each in checked.stand.world.extra["refresh_tokens"].values())
    comes(checked, "permission_set", username(checked))
    with checked.stand.world.lock:
        after = sum(not each["used"] for each in checked.stand.world.extra["refresh_tokens"].values())
    assert after == before
    assert GuestInvitation.objects.get().rights is not None


def test_by_hand_and_looking_stay_open_to_them(checked: SetupHarness) -> None:
    guest = comes(checked, "policies", username(checked))
    assert guest.page(checked.setup, "policies").status_code == 200
    guest.post(checked.setup, "check", stage="policies")
    job = checked.setup.jobs.get(kind="check", state="queued")
    checked.theirs.switches.change(ip_audit_rows=False)
    with checked.stand.world.lock:
        policies.save(checked.theirs, checked.theirs.app_id, policies.WANTED, checked.theirs.admin_id)
    checked.work(job)
    assert guest.post(checked.setup, "confirm", "ip_relaxation", sure="1").status_code == 302
    assert checked.setup.step_states.get(step="ip_relaxation").confirmed_at
