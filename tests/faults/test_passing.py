"""What passes by itself, or has another cause than the sign-in: nothing is lost, and the page says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from orgs.models import Connection, Org
from simulator.faults import Faults, Rule
from tests.faults.judging import shown, struck
from tests.faults.test_tokens import expire
from tests.fixture_types import Hurry, SignedIn
from tests.orgs.salesforce.scripted import Reply, answering
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db


def kept(desk: SetupHarness) -> bool:
    connection = Connection.objects.get(org=desk.org)
    return connection.is_connected and bool(connection.refresh_token)


def test_a_busy_token_endpoint_costs_a_moment_and_no_sign_in(
    desk: SetupHarness, faults: Faults, hurried: Hurry
) -> None:
    desk.check()
    expire(desk)
    words = "token request is already being processed"
    faults.add(Rule("refused", kind="refresh", code="invalid_grant", message=words, times=1))
    assert desk.check().state == "done"
    assert kept(desk)


@pytest.mark.parametrize(
    "words", ["token request is already being processed", "a reason from next year", "inactive organization"]
)
def test_a_refresh_that_is_refused_for_now_shows_why_and_goes_well_later(
    desk: SetupHarness, faults: Faults, hurried: Hurry, signed_in: SignedIn, words: str
) -> None:
    desk.check()
    expire(desk)
    faults.add(Rule("refused", kind="refresh", code="invalid_grant", message=words))
    job = desk.check()
    assert job.state == "failed"
    assert kept(desk)
    page = shown(signed_in(desk.person), desk, "prepare")
    assert words in page
    assert "no longer accepts our sign-in" not in page
    faults.clear()
    assert desk.check().state == "done"


def test_an_unknown_refusal_stands_on_the_page_beside_its_remedy(
    desk: SetupHarness, faults: Faults, hurried: Hurry, signed_in: SignedIn
) -> None:
    desk.check()
    expire(desk)
    faults.add(Rule("refused", kind="refresh", code="invalid_grant", message="a reason from next year"))
    assert desk.check().error_code == "TOKEN_REFUSED"
    raw = (
        signed_in(desk.person).get(reverse("wizard:stage", args=[desk.setup.pk, "prepare"])).content.decode()
    )
    assert "Salesforce's own words: <q>a reason from next year</q>" in " ".join(raw.split()).replace(
        "&#x27;", "'"
    )


def test_an_org_that_moved_is_found_by_a_job_and_signed_in_to_at_its_new_address(
    desk: SetupHarness, hurried: Hurry, monkeypatch: pytest.MonkeyPatch, signed_in: SignedIn
) -> None:
    desk.check()
    expire(desk)
    there = {"Location": "https://acme-new.my.salesforce.com/services/oauth2/token"}
    with answering(Reply(302, b"", there)) as script, monkeypatch.context() as patch:
        patch.setattr("orgs.hosts.token_endpoint", lambda origin: script.url)
        job = desk.check()
    assert (job.state, job.error_code) == ("failed", "ORG_MOVED")
    assert kept(desk)
    site = signed_in(desk.person)
    page = shown(site, desk, "prepare")
    assert "Sign in at acme-new.my.salesforce.com" in page
    assert "Salesforce is busy or down" not in page
    address = site.post(reverse("orgs:reconnect", args=[desk.org.pk]))["Location"]
    assert address.startswith("https://acme-new.my.salesforce.com/services/oauth2/authorize?")


@pytest.mark.parametrize(
    "words",
    [
        "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
        "ConcurrentPerOrgLongTxn Limit exceeded.",
    ],
)
def test_a_limit_of_requests_at_the_same_time_is_not_told_as_that_of_the_day(
    desk: SetupHarness, faults: Faults, hurried: Hurry, signed_in: SignedIn, words: str
) -> None:
    limit: dict[str, Any] = {"code": "REQUEST_LIMIT_EXCEEDED", "status": 403, "message": words}
    faults.add(Rule("refused", kind="composite", times=1, **limit))
    assert desk.check().state == "done", "waited for"
    faults.add(Rule("refused", kind="composite", **limit))
    assert desk.check().error_code == "CONCURRENT_LIMIT"
    page = shown(signed_in(desk.person), desk, "prepare")
    assert "at the same time" in page
    assert "24 hours" not in page.partition("at the same time")[2][:200]


@pytest.mark.parametrize("sobject", ["PermissionSet", "SetupEntityAccess"])
def test_a_row_lock_on_the_set_or_the_grant_in_a_composite_is_waited_for(
    desk: SetupHarness, faults: Faults, hurried: Hurry, sobject: str
) -> None:
    desk.check()
    number = faults.add(Rule("row_lock", kind="composite", sobject=sobject, times=1, org=desk.theirs.id))
    assert desk.apply().state == "done"
    assert struck(faults, number) == 1
    assert desk.undo().state == "done", "what was made is known"


def test_an_org_that_refuses_composite_calls_is_read_and_told_what_it_can_t(
    desk: SetupHarness, faults: Faults, hurried: Hurry, signed_in: SignedIn
) -> None:
    faults.add(Rule("refused", kind="composite", code="FUNCTIONALITY_NOT_ENABLED", status=403))
    mark = desk.mark()
    assert desk.check().state == "done"
    assert desk.calls(mark) <= 25  # each of its queries by itself
    job = desk.apply()
    assert (job.state, job.error_code) == ("failed", "COMPOSITE_REFUSED")
    page = shown(signed_in(desk.person), desk, "permission_set")
    assert "single calls only" in page
    assert "Show me how" in page
    assert not Org.objects.get(pk=desk.org.pk).moved_to
