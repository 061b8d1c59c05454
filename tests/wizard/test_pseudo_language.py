"""Every page in a language that shows what was not marked for translation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from orgs.forms import SEEN
from orgs.models import OrgUser
from teams.models import Team, User
from tests import pseudo
from tests.fixture_types import MakeSetup, SignedIn
from tests.wizard.harness import SetupHarness
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.jobs.handover import finish_setup
from wizard.report import disclosure

pytestmark = pytest.mark.django_db

# The same in every language: our name, addresses, the help page's lines, Salesforce's own names and errors.
QUOTED = (
    *("Connect Guide", "login.salesforce.com", "test.salesforce.com", "acme.my.salesforce.com", "MID", "UTC"),
    *("Marketing Cloud Connector", "Marketing Cloud Connector Admin", "Marketing Cloud System User"),
    *("Marketing Cloud for AppExchange User", "Marketing Cloud for AppExchange Admin"),
    *GUIDE.source_lines.values(),
    *SEEN.values(),
    *settings.SALESFORCE_EXTRA_ORIGINS,
)


def data_of(desk: SetupHarness) -> Iterator[str]:
    """What comes from people and from the org: nobody translates it."""
    yield from (desk.org.name, desk.org.org_id, desk.person.name, desk.person.initials, desk.person.email)
    yield from (desk.stand.url, desk.org.connection.username, desk.org.connection.display_name)
    yield from (str(desk.setup.inputs.get(key, "")) for key in ("set_label", "set_name"))
    for row in OrgUser.objects.filter(org=desk.org):
        yield from (row.name, row.username, row.email, row.profile, row.licence)
    with desk.stand.world.lock:
        yield from (str(row["Label"]) for row in desk.theirs.rows("PermissionSet"))
        yield from (str(row["Name"]) for row in desk.theirs.rows("et4ae5__Business_Unit__c"))


def pages(desk: SetupHarness) -> list[str]:
    setup = desk.setup
    stages = [reverse("wizard:stage", args=[setup.id, stage.key]) for stage in GUIDE.stages]
    people = [reverse("wizard:choose", args=[setup.id, key]) for key in ("connection_user", "people")]
    return [
        *(
            reverse(name)
            for name in ("wizard:home", "wizard:support", "orgs:connect", "orgs:stranded", "account_email")
        ),
        *stages,
        *(f"{stage}?how=manual" for stage in stages),
        *people,
        f"{people[1]}?q=a",
        *(reverse(f"wizard:{name}", args=[setup.id]) for name in ("report", "history", "support_setup")),
        reverse("orgs:disconnect", args=[desk.org.id]),
    ]


def unmarked_in(answer: Any, data: Iterable[str]) -> list[str]:
    html = answer.content.decode()
    assert "⟦" in html, "nothing was translated: this test sees nothing"
    return pseudo.unmarked(html, (*QUOTED, *data))


def unmarked_on_all_pages(desk: SetupHarness, browser: Client) -> dict[str, list[str]]:
    data = list(data_of(desk))
    found = {}
    for path in pages(desk):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        if words := unmarked_in(answer, data):
            found[path.replace(str(desk.setup.id), "ID")] = words
    return found


@pytest.mark.parametrize("scenario", ["fresh", "live", "package_missing"])
def test_every_word_before_the_work_is_marked(
    make: MakeSetup, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, scenario: str
) -> None:
    desk = make(scenario)
    desk.choose(2)
    desk.check()
    desk.work(desk.queue("people"))
    pseudo.speak(monkeypatch)
    assert unmarked_on_all_pages(desk, signed_in(desk.person)) == {}


def test_every_word_while_it_works_and_after_it_worked_is_marked(
    checked: SetupHarness, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked.work(checked.queue("people"))
    checked.apply("permission_set")
    waiting = checked.approve("people", "app_access")
    pseudo.speak(monkeypatch)
    browser = signed_in(checked.person)
    assert unmarked_on_all_pages(checked, browser) == {}
    checked.work(waiting)
    assert unmarked_on_all_pages(checked, browser) == {}
    checked.undo()
    assert unmarked_on_all_pages(checked, browser) == {}


def test_every_word_of_a_failure_is_marked(
    checked: SetupHarness, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked.work(checked.queue("people"))
    refusal = "CANNOT_MODIFY_MANAGED_OBJECT"
    checked.theirs.switches.change(app_grant=refusal)
    job = checked.apply()
    assert (job.state, job.error_code) == ("failed", refusal)
    pseudo.speak(monkeypatch)
    found = unmarked_on_all_pages(checked, signed_in(checked.person))
    own_words = f"{job.error_code}: {job.error_details}"
    assert {text for texts in found.values() for text in texts} <= {own_words}, "only Salesforce's own words"


def test_every_word_of_a_setup_that_is_handed_over_is_marked(
    checked: SetupHarness, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked.work(checked.queue("people"))
    pseudo.speak(monkeypatch)
    browser = signed_in(checked.person)
    browser.get(reverse("wizard:finish", args=[checked.setup.id]))
    finish_setup(checked.setup, checked.person)
    assert checked.reload().finished
    assert unmarked_on_all_pages(checked, browser) == {}


@pytest.mark.parametrize("reason", SEEN)
def test_every_word_of_a_sign_in_that_failed_is_marked(
    dana: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    pseudo.speak(monkeypatch)
    answer = signed_in(dana).post(reverse("orgs:stranded"), {"address": "", "seen": reason})
    data = [dana.name, dana.initials, f"{settings.PUBLIC_URL}/orgs/callback/"]
    assert unmarked_in(answer, data) == []


@pytest.mark.parametrize(
    "name", ["account", "account_email", "account_reauthenticate", "mfa_index", "usersessions_list", "team"]
)
def test_every_word_about_an_account_and_a_team_is_marked(
    priya: User,
    dana: User,
    team: Team,
    signed_in: SignedIn,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    settings.OWNERS_NEED_TWO_FACTOR = False  # else the owner sees nothing but how to get one
    browser = signed_in(priya)
    pseudo.speak(monkeypatch)
    answer = browser.get(reverse("teams:team", args=[team.id]) if name == "team" else reverse(name))
    assert answer.status_code == 200
    people = [text for each in (priya, dana) for text in (each.name, each.email, each.initials)]
    assert unmarked_in(answer, [team.name, *people]) == []


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_every_word_for_a_stranger_is_marked(
    db: None, client: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    pseudo.speak(monkeypatch)
    assert unmarked_in(client.get(reverse(name)), []) == []


def test_every_word_of_the_form_for_a_mistake_is_marked(
    checked: SetupHarness, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked.work(checked.queue("people"))
    pseudo.speak(monkeypatch)
    browser = signed_in(checked.person)
    where = {"where": "my_domain", "address": "https://evil.example"}
    refused = browser.post(reverse("orgs:connect"), where)
    assert refused.status_code == 422
    assert unmarked_in(refused, data_of(checked)) == []
    label = browser.post(
        reverse("wizard:inputs", args=[checked.setup.id]), {"set_label": "1 / 2", "mid": "x"}
    )
    assert label.status_code == 422
    assert unmarked_in(label, data_of(checked)) == []


def test_an_address_that_is_not_here_is_said_in_marked_words(
    dana: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    pseudo.speak(monkeypatch)
    answer = signed_in(dana).get("/nowhere/")
    assert answer.status_code == 404
    assert unmarked_in(answer, [dana.name, dana.initials]) == []


def test_a_word_that_was_not_marked_is_noticed() -> None:
    html = (
        "<html><body><h1>⟦Client <b>orgs</b>⟧</h1><p>Forgotten</p><a title='Also this'>⟦x⟧</a></body></html>"
    )
    assert pseudo.unmarked(html, []) == ["Forgotten", "Also this"]


def test_data_and_what_is_nested_in_a_translation_are_not_taken_for_words() -> None:
    html = "<html><body><p>Ana Ruiz, ⟦on ⟦Monday⟧⟧ 12:30</p></body></html>"
    assert pseudo.unmarked(html, ["Ana", "Ana Ruiz"]) == []


@pytest.mark.parametrize("name", ["help", "it_team"])
def test_every_word_of_the_public_pages_is_marked(
    db: None, client: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    told = disclosure.build()
    names = [
        field for row in (*told.reads, *told.writes) for field in (row.sobject, *row.fields, *row.filters)
    ]
    pseudo.speak(monkeypatch)
    answer = client.get(reverse(f"wizard:{name}"))
    data = [*names, *told.calibration, told.client_id, told.callback, *(scope.name for scope in told.scopes)]
    assert unmarked_in(answer, data) == []
