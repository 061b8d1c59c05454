from __future__ import annotations

import time
from typing import Any

import pytest

from orgs import directory
from orgs.connections import tokens
from orgs.connections.client import client_for
from orgs.models import Org, OrgUser
from orgs.salesforce.errors import NeedsReconnecting

pytestmark = pytest.mark.django_db


def person(org: Org, number: int, **values: Any) -> OrgUser:
    defaults: dict[str, Any] = {
        "user_id": f"005{number:012d}AAA",
        "name": f"Person {number}",
        "username": f"person{number}@acme.example",
        "email": f"person{number}@mail.example",
        "active": True,
    }
    return OrgUser.objects.create(org=org, **{**defaults, **values})


@pytest.fixture
def org(team: Any) -> Org:
    return Org.objects.create(
        team=team, org_id="00D000000000001AAA", name="Acme", is_sandbox=False,
        instance_url="https://acme.my.salesforce.com", login_origin="https://login.salesforce.com",
        api_version="66.0",
    )  # fmt: skip


def test_the_orgs_people_are_read_page_by_page(connected: Any) -> None:
    org, theirs = connected(people=2300)
    pages: list[int] = []
    count = directory.refresh(org, client_for(org), pages.append)
    standard = sum(row["UserType"] == "Standard" for row in theirs.rows("User"))
    assert pages == [2000, count]
    assert OrgUser.objects.filter(org=org).count() == count == standard
    admin = OrgUser.objects.get(user_id=theirs.admin_id)
    assert (admin.profile, admin.licence, admin.active) == ("System Administrator", "Salesforce", True)


def test_a_second_refresh_updates_and_removes_the_vanished(connected: Any) -> None:
    org, theirs = connected()
    directory.refresh(org, client_for(org))
    before = OrgUser.objects.filter(org=org).count()
    person(org, 1)
    theirs.get(theirs.admin_id)["Name"] = "Ana Renamed"
    directory.refresh(org, client_for(org))
    assert OrgUser.objects.filter(org=org).count() == before
    assert OrgUser.objects.get(user_id=theirs.admin_id).name == "Ana Renamed"


def test_a_disconnect_during_the_reading_stops_it(connected: Any) -> None:
    org, _ = connected(people=2300)

    def disconnect(_: int) -> None:
        tokens.disconnect(org.connection)

    with pytest.raises(NeedsReconnecting):
        directory.refresh(org, client_for(org), disconnect)
    assert not OrgUser.objects.filter(org=org).exists()


def test_a_page_that_arrives_after_the_disconnect_is_not_stored(connected: Any) -> None:
    org, _ = connected()
    client = client_for(org)
    read = client.iter_pages

    def slow(query: str) -> Any:
        for page in read(query):
            tokens.disconnect(org.connection)
            yield page

    client.iter_pages = slow  # type: ignore[method-assign, assignment]
    with pytest.raises(NeedsReconnecting):
        directory.refresh(org, client)
    assert not OrgUser.objects.filter(org=org).exists()


def test_search_finds_every_word_in_name_username_or_email(org: Org) -> None:
    ann = person(org, 1, name="Ann Lee", email="ann@x.example")
    person(org, 2, name="Bob Lee")
    person(org, 3, name="Ann Gone", active=False)
    assert directory.search(org, "LEE ann") == [ann]
    assert directory.search(org, "ann@X") == [ann]
    assert directory.search(org, "%") == []
    assert len(directory.search(org, "", limit=1)) == 1
    assert {p.name for p in directory.search(org, "ann", active_only=False)} == {"Ann Lee", "Ann Gone"}


def test_search_stays_in_its_org(org: Org, team: Any) -> None:
    other = Org.objects.create(
        team=team, org_id="00D000000000002AAA", name="Other", is_sandbox=False, instance_url="https://o.my.salesforce.com",
        login_origin="https://login.salesforce.com", api_version="66.0",
    )  # fmt: skip
    person(other, 1, name="Ann Lee")
    assert directory.search(org, "ann") == []


def test_people_are_chosen_by_profile(org: Org) -> None:
    ann = person(org, 1, profile="Marketing User")
    person(org, 2, profile="Marketing User", active=False)
    person(org, 3, profile="Standard User")
    assert directory.with_profile(org, "Marketing User") == [ann]
    assert directory.profiles(org) == [("Marketing User", 1), ("Standard User", 1)]


def test_twenty_thousand_people_are_searched_in_under_100_ms(org: Org) -> None:
    OrgUser.objects.bulk_create(
        [
            OrgUser(org=org, user_id=f"005{n:012d}AAA", name=f"Person {n}", username=f"p{n}@x", active=True)
            for n in range(20_000)
        ]
    )  # fmt: skip
    directory.search(org, "warm up")
    started = time.perf_counter()
    found = directory.search(org, "person 19999")
    assert [p.name for p in found] == ["Person 19999"]
    assert time.perf_counter() - started < 0.1
