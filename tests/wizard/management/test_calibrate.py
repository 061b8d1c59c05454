"""`manage.py calibrate`: what was assumed, what the org says, what to set; and nothing is written."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import fields
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from simulator import engagement, policies
from simulator.control import switchboard
from simulator.switches import Switches
from tests.fixture_types import MakeSetup
from tests.wizard.harness import SetupHarness
from wizard.guides.base import Finding
from wizard.guides.connected_app_authentication.calibration import assumptions
from wizard.guides.connected_app_authentication.snapshot import Snapshot

pytestmark = pytest.mark.django_db


def calibrate(desk: SetupHarness, *more: str) -> str:
    said = StringIO()
    call_command("calibrate", str(desk.org.pk), *more, stdout=said)
    return said.getvalue()


def about(said: str, words: str) -> str:
    """The paragraph whose question holds these words."""
    found = [part for part in said.split("\n\n") if words in part.partition("\n")[0]]
    assert len(found) == 1, said
    return found[0]


def code_of(desk: SetupHarness, step: str) -> str:
    finding = Finding.from_json(desk.setup.step_states.get(step=step).finding)
    return finding.code if finding else ""


def others(name: str, now: Any) -> Sequence[Any]:
    """Values that a switch may also have."""
    if name in switchboard.CHOICES:
        return [each for each in switchboard.CHOICES[name] if each != now]
    if isinstance(now, bool):
        return [not now]
    if isinstance(now, dict):
        return [{**now, "zero": [None, False]}, {**now, "infinite": [0, False]}, {**now, "zero": [0, True]}]
    if isinstance(now, list):
        return [["User.Email"]]
    if name == "highest_api_version":
        return ["66.0"]
    return ["Another name"] if isinstance(now, str) else [now + 1]


SWITCHES = [
    (each.name, value)
    for each in fields(Switches)
    for value in others(each.name, getattr(Switches(), each.name))
]


@pytest.mark.parametrize(("name", "value"), SWITCHES, ids=lambda each: str(each)[:40])
def test_it_works_with_each_switch_and_writes_nothing(make: MakeSetup, name: str, value: Any) -> None:
    desk = make("all_done", people=3)
    with desk.stand.world.lock:
        switchboard.change(desk.theirs.switches, {name: value})
        before = copy.deepcopy(desk.theirs.dump()["tables"])
    mark = desk.mark()
    assert calibrate(desk).count("  so: ") == 14
    with desk.stand.world.lock:
        assert desk.theirs.dump()["tables"] == before
    calls = [each for each in desk.stand.world.log_since(mark) if each.api_call]
    assert calls
    assert all(call.method == "GET" or call.path.endswith("/composite") for call in calls)


def test_on_an_org_as_assumed_nothing_is_to_be_changed(make: MakeSetup) -> None:
    desk = make("all_done", people=3)
    said = calibrate(desk)
    assert "differs" not in said
    assert "--set" not in said
    for question in (
        "How the app is called",
        "What is stored for",
        "What shows that Engagement",
        "OauthToken",
    ):
        assert "as assumed" in about(said, question)


def test_no_point_has_a_number_that_is_explained_nowhere(make: MakeSetup) -> None:
    said = calibrate(make("fresh", people=3))
    assert "How the app is called" in said
    assert re.findall(r"^ *\d+\. ", said, re.M) == []


def test_no_token_is_printed(make: MakeSetup) -> None:
    desk = make("all_done", people=3)
    said = calibrate(desk)
    with desk.stand.world.lock:
        kept = [token for token in desk.stand.world.tokens if token in said]
    assert not kept
    assert desk.org.connection.refresh_token.reveal() not in said


def test_another_stored_value_is_found_set_and_honoured(make: MakeSetup) -> None:
    desk = make("fresh", people=3)
    desk.choose(1)
    with desk.stand.world.lock:
        values = {**desk.theirs.switches.refresh_token_policy_values, "zero": [None, False]}
        desk.theirs.switches.change(refresh_token_policy_values=values)
        policies.save(desk.theirs, desk.theirs.app_id, policies.WANTED, desk.theirs.admin_id)
    desk.check()
    assert desk.statuses()["refresh_token"] != "done"
    point = about(calibrate(desk), "What is stored for")
    assert "does not tell" in point
    assert "--set refresh_token_zero=null" in point
    assert "only if the page shows" in point
    calibrate(desk, "--set", "refresh_token_zero=null")
    desk.reload()
    desk.check()
    assert desk.statuses()["refresh_token"] == "done"
    assert "Another option may be selected now" in about(calibrate(desk), "What is stored for")


def test_an_app_of_another_name_is_found_set_and_honoured(make: MakeSetup) -> None:
    desk = make("fresh", people=3)
    with desk.stand.world.lock:
        desk.theirs.patch(desk.theirs.app_id, Name="Salesforce Marketing Cloud EU")
    desk.check()
    assert desk.statuses()["app"] == "to_do"
    point = about(calibrate(desk), "How the app is called")
    assert "--set 'app_name=Salesforce Marketing Cloud EU'" in point
    calibrate(desk, "--set", "app_name=Salesforce Marketing Cloud EU")
    desk.reload()
    desk.check()
    assert desk.statuses()["app"] == "done"
    snapshot = desk.now().snapshot
    assert isinstance(snapshot, Snapshot)
    assert snapshot.facts.app_name == "Salesforce Marketing Cloud EU"


def test_an_audit_trail_in_another_language_is_found_set_and_honoured(make: MakeSetup) -> None:
    desk = make("fresh", people=3)
    with desk.stand.world.lock:
        desk.theirs.switches.change(audit_language="de")
        policies.save(desk.theirs, desk.theirs.app_id, policies.WANTED, desk.theirs.admin_id)
    desk.check()
    assert desk.statuses()["ip_relaxation"] == "cannot_check"
    point = about(calibrate(desk), "How the audit trail tells")
    assert "differs" in point
    assert "IP-Beschränkungen lockern" in point
    calibrate(desk, "--set", "ip_relaxed_ending=in IP-Beschränkungen lockern geändert")
    desk.reload()
    desk.check()
    assert desk.statuses()["ip_relaxation"] == "done"


def test_a_connection_that_leaves_no_configuration_is_found_set_and_honoured(make: MakeSetup) -> None:
    desk = make("fresh", people=3)
    desk.choose(1)
    with desk.stand.world.lock:
        desk.theirs.switches.change(connect_writes_configuration=False)
        mid = str(desk.theirs.extra["mid"])
        engagement.connect(desk.theirs, desk.theirs.connection_user_id, "mc-api-user", mid)
    desk.check()
    assert desk.statuses()["connected"] == "to_do"
    point = about(calibrate(desk), "What shows that Engagement")
    assert "--set connected_by=user" in point
    calibrate(desk, "--set", "connected_by=user")
    desk.reload()
    desk.check()
    assert desk.statuses()["connected"] == "cannot_check", "it can be confirmed now"


def test_a_package_whose_fields_tell_otherwise_is_found_set_and_looked_at_by_people(make: MakeSetup) -> None:
    assert "as assumed" in about(calibrate(make("all_done")), "What shows that the package is ready")
    desk = make("just_connected")
    desk.choose(1)
    desk.check()
    assert desk.statuses()["settings_chosen"] == "to_do"
    point = about(calibrate(desk), "What shows that the package is ready")
    assert "--set ready_by=people" in point
    calibrate(desk, "--set", "ready_by=people")
    desk.reload()
    desk.check()
    statuses = desk.statuses()
    steps = [step.key for step in desk.setup.guide.stage("ready").steps]
    assert {statuses[key] for key in steps} == {"cannot_check"}, "it can be confirmed now"


def test_a_method_of_proof_that_nobody_knew_is_found_set_and_honoured(make: MakeSetup) -> None:
    desk = make("all_done", people=3)
    desk.choose(1)
    assert "as assumed" in about(calibrate(desk), "Which ways to sign in count")
    with desk.stand.world.lock:
        desk.theirs.switches.change(connection_user_verified_by="HardwareKey2027")
    desk.check()
    assert desk.statuses()["connection_user_proof"] == "to_do"
    point = about(calibrate(desk), "Which ways to sign in count")
    assert "differs" in point
    kept = "proof_methods=BuiltInAuthenticator,U2F,WebAuthnRoamingAuthenticator,PwlessPasskey,HardwareKey2027"
    assert f"--set {kept}" in point
    calibrate(desk, "--set", kept)
    desk.reload()
    desk.check()
    assert desk.statuses()["connection_user_proof"] == "done"
    assert "as assumed" in about(calibrate(desk), "Which ways to sign in count")


@pytest.mark.parametrize("method", ["Totp", ""])
def test_a_method_that_is_known_to_be_weak_is_no_reason_to_set_anything(make: MakeSetup, method: str) -> None:
    desk = make("all_done", people=3)
    with desk.stand.world.lock:
        desk.theirs.switches.change(connection_user_verified_by=method)
        for row in list(desk.theirs.rows("VerificationHistory")):
            desk.theirs.remove(row["Id"])
    point = about(calibrate(desk), "Which ways to sign in count")
    assert "does not tell" in point
    assert "--set" not in point


def test_other_names_for_a_freeze_are_found_set_and_honoured(make: MakeSetup) -> None:
    desk = make("all_done", people=3)
    desk.choose(1)
    theirs = desk.theirs
    assert "does not tell" in about(calibrate(desk), "when a person freezes a user")
    with desk.stand.world.lock:
        theirs.switches.change(freeze_audit_action="freezeUserAccount")
        (login,) = theirs.find("UserLogin", UserId=theirs.connection_user_id)
        theirs.update("UserLogin", login["Id"], {"IsFrozen": True}, theirs.admin_id)
    desk.check()
    assert code_of(desk, "connection_user_active") == "user_contained"
    point = about(calibrate(desk), "when a person freezes a user")
    assert "--set freeze_actions=freezeUserAccount,unfreezeUserAccount" in point
    calibrate(desk, "--set", "freeze_actions=freezeUserAccount,unfreezeUserAccount")
    desk.reload()
    desk.check()
    assert code_of(desk, "connection_user_active") == "user_frozen_by"
    assert "as assumed" in about(calibrate(desk), "when a person freezes a user")


def test_what_was_set_survives_signing_in_and_discovering_again(make: MakeSetup) -> None:
    from orgs.connections.client import client_for
    from orgs.discovery import discover

    desk = make("fresh", people=3)
    calibrate(desk, "--set", "refresh_token_zero=null", "--set", "connected_by=user")
    discover(client_for(desk.org), desk.org)
    desk.org.refresh_from_db()
    assert desk.org.assumptions == {"refresh_token_zero": "null", "connected_by": "user"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("refresh_token_zero", "NAME=VALUE"),
        ("no_such_name=1", "NAME=VALUE"),
        ("refresh_token_zero=7", "zero / null"),
        ("app_name=Something", "Marketing Cloud or ExactTarget"),
        ("ip_relaxed_ending=" + "x" * 201, "at most 200"),
        ("freeze_actions=frozeuser", "names of Salesforce, with commas"),
        ("freeze_actions=a,b,c", "names of Salesforce, with commas"),
        ("proof_methods=U2F, a key", "names of Salesforce, with commas"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(desk: SetupHarness, text: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        calibrate(desk, "--set", text)
    desk.org.refresh_from_db()
    assert desk.org.assumptions == {}


def test_every_setting_reaches_the_checks(desk: SetupHarness) -> None:
    values = {
        name: "One,Two" if each.names else (each.choices or (f"a Marketing Cloud {name}",))[-1]
        for name, each in assumptions.SETTINGS.items()
    }
    desk.org.assumptions = values
    desk.org.save()
    desk.reload()
    desk.check()
    snapshot = desk.now().snapshot
    assert isinstance(snapshot, Snapshot)
    assert {name: getattr(snapshot.facts, name) for name in assumptions.SETTINGS} == values


def test_an_unknown_org_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="No org here is called Nowhere"):
        call_command("calibrate", "Nowhere")


def test_an_org_is_found_by_name_and_by_its_salesforce_id(make: MakeSetup) -> None:
    desk = make("fresh", people=3, name="Harbour Foods")
    for text in ("harbour foods", desk.org.org_id, desk.org.org_id[:15]):
        said = StringIO()
        call_command("calibrate", text, stdout=said)
        assert "Harbour Foods" in said.getvalue()


def test_two_orgs_of_one_name_are_told_apart(make: MakeSetup) -> None:
    first, second = make(name="Twin"), make(name="Twin")
    with pytest.raises(CommandError) as refused:
        call_command("calibrate", "Twin")
    assert str(first.org.pk) in str(refused.value)
    assert str(second.org.pk) in str(refused.value)


def test_an_org_that_signed_us_out_is_told_in_one_sentence(desk: SetupHarness) -> None:
    from orgs.models import Connection

    Connection.objects.update(state="needs_reconnecting")
    with pytest.raises(CommandError, match="can't be read"):
        calibrate(desk)


def test_an_org_without_the_api_says_so_for_each_question(make: MakeSetup) -> None:
    desk = make("all_done", people=3)
    with desk.stand.world.lock:
        desk.theirs.switches.change(api_enabled=False)
    said = calibrate(desk)
    assert "API_DISABLED_FOR_ORG" in about(said, "How the app is called")
    assert "as assumed" not in said
