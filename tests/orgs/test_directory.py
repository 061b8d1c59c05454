from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from orgs import directory
from orgs.connections import tokens
from orgs.connections.client import client_for
from orgs.models import Org, OrgUser
from orgs.salesforce.errors import NeedsReconnecting, Refused
from simulator.faults import Rule
from simulator.server import Stand
from teams.models import Team, User
from tests.fixture_types import Connected, SignedIn
from wizard.actions.start import open_setup

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
def org(team: Team) -> Org:
    return Org.objects.create(
        team=team, org_id="00D000000000001AAA", name="Acme", is_sandbox=False,
        instance_url="https://acme.my.salesforce.com", login_origin="https://login.salesforce.com",
        api_version="66.0",
    )  # fmt: skip


def test_the_orgs_people_are_read_page_by_page(connected: Connected) -> None:
    org, theirs = connected(people=2300)
    pages: list[int] = []
    count = directory.refresh(org, client_for(org), pages.append)
    standard = sum(row["UserType"] == "Standard" for row in theirs.rows("User"))
    assert pages == [2000, count]
    assert OrgUser.objects.filter(org=org).count() == count == standard
    admin = OrgUser.objects.get(user_id=theirs.admin_id)
    assert (admin.profile, admin.licence, admin.active) == ("System Administrator", "Salesforce", True)


def test_a_second_refresh_updates_and_removes_the_vanished(connected: Connected) -> None:
    org, theirs = connected()
    directory.refresh(org, client_for(org))
    before = OrgUser.objects.filter(org=org).count()
    person(org, 1)
    theirs.tables["User"][theirs.admin_id]["Name"] = "Ana Renamed"
    directory.refresh(org, client_for(org))
    assert OrgUser.objects.filter(org=org).count() == before
    assert OrgUser.objects.get(user_id=theirs.admin_id).name == "Ana Renamed"


def hidden(field: str, entity: str = "User") -> dict[str, str]:
    """How Salesforce refuses a query of a field that field-level security hides (fact sheet, section 8)."""
    return {
        "code": "INVALID_FIELD",
        "message": f"No such column \u2018{field}\u2019 on entity \u2018{entity}\u2019.",
    }


@pytest.mark.parametrize(
    ("refusals", "without"),
    [
        ([hidden("Email")], ["Email"]),
        ([hidden("Name", "Profile")], ["Profile.Name"]),
        ([hidden("Name", "UserLicense"), hidden("Email")], ["Email", "Profile.UserLicense.Name"]),
        (
            [{"code": "INVALID_FIELD", "message": "Didn't understand relationship 'Profile' in field path."}],
            ["Profile.Name", "Profile.UserLicense.Name"],
        ),
        (
            [{"code": "INVALID_FIELD", "message": "Diese Spalte ist nicht vorhanden."}],
            ["Email", "Profile.Name", "Profile.UserLicense.Name"],
        ),
    ],
)
def test_a_field_that_the_org_hides_is_left_out_and_named(
    allowed: Stand,
    connected: Connected,
    signed_in: SignedIn,
    dana: User,
    refusals: list[dict[str, Any]],
    without: list[str],
) -> None:
    org, theirs = connected()
    faults = allowed.world.faults
    for number, refusal in enumerate(refusals, 1):
        faults.add(Rule("refused", kind="query", sobject="User", org=theirs.id, nth=number, **refusal))
    try:
        count = directory.refresh(org, client_for(org))
    finally:
        faults.clear()
    assert directory.hidden_fields(Org.objects.get(pk=org.pk)) == without
    admin = OrgUser.objects.get(user_id=theirs.admin_id)
    assert count == OrgUser.objects.count()
    assert (admin.email == "") == ("Email" in without)
    assert (admin.profile == "") == ("Profile.Name" in without)
    page = signed_in(dana).get(reverse("wizard:choose", args=[open_setup(org, dana)[0].pk, "people"]))
    assert ("e-mail address" in page.content.decode()) == ("Email" in without)
    assert "Salesforce hides from us" in page.content.decode()
    directory.refresh(org, client_for(org))
    assert directory.hidden_fields(org) == [], "what is shown again is read again"


@pytest.mark.parametrize(
    "refusal", [hidden("Username"), hidden("Email", "Account"), {"code": "INVALID_TYPE", "message": "User"}]
)
def test_what_can_t_be_done_without_is_a_refusal(
    allowed: Stand, connected: Connected, refusal: dict[str, Any]
) -> None:
    org, theirs = connected()
    allowed.world.faults.add(Rule("refused", kind="query", sobject="User", org=theirs.id, **refusal))
    try:
        with pytest.raises(Refused):
            directory.refresh(org, client_for(org))
    finally:
        allowed.world.faults.clear()


@pytest.mark.parametrize("times", [1, 2])
def test_a_list_whose_further_pages_are_gone_is_read_from_its_beginning(
    allowed: Stand, connected: Connected, times: int
) -> None:
    org, theirs = connected(people=2300)
    lost: dict[str, Any] = {"code": "INVALID_QUERY_LOCATOR", "message": "invalid query locator"}
    allowed.world.faults.add(Rule("refused", path=r"/query/01g", org=theirs.id, times=times, **lost))
    pages: list[int] = []
    try:
        count = directory.refresh(org, client_for(org), pages.append)
    finally:
        allowed.world.faults.clear()
    assert pages == [*[2000] * times, 2000, count]
    assert OrgUser.objects.count() == count


def test_a_disconnect_during_the_reading_stops_it(connected: Connected) -> None:
    org, _ = connected(people=2300)

    def disconnect(_: int) -> None:
        tokens.disconnect(org.connection)

    with pytest.raises(NeedsReconnecting):
        directory.refresh(org, client_for(org), disconnect)
    assert not OrgUser.objects.filter(org=org).exists()


def test_a_page_that_arrives_after_the_disconnect_is_not_stored(connected: Connected) -> None:
    org, _ = connected()
    client = client_for(org)
    read = client.iter_pages

    def slow(query: str) -> object:
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


def test_a_search_narrows_by_the_name_and_not_by_what_everybodys_address_ends_with(org: Org) -> None:
    khan = person(org, 1, name="Aisha Khan", username="aisha.khan@acme.example", email="")
    costa = person(org, 2, name="Aisha Costa", username="a.costa@acme.example", email="")
    found = {
        typed: directory.search(org, typed)
        for typed in (
            "aisha",
            "aisha c",
            "aisha k",
            "acme",
            "@acme.example",
            "aisha.khan",
            "costa",
            "os",
            "c",
        )
    }
    assert found == {
        "aisha": [costa, khan], "aisha c": [costa], "aisha k": [khan], "acme": [],
        "@acme.example": [costa, khan], "aisha.khan": [khan], "costa": [costa], "os": [], "c": [costa],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Jürgen Müller", "muller"), ("Jürgen Müller", "juergen mueller"), ("Jürgen Müller", "Mu\u0308ller"),
        ("Jürgen Müller", "Müller, Jürgen"), ("Juergen Mueller", "Müller"),
        ("Zoë O'Brien", "zoe O\u2019Brien"),
        ("Sean O\u2019Brien", "o'brien"), ("Jean-Luc Roy", "Jean\u2011Luc"),
        ("Jean\u2011Luc Roy", "jean-luc"),
        ("太郎 山田", "山田太郎"), ("Ann Lee", "mailto:theone@acme.example"),
        ("Ann Lee", "<theone@acme.example>;"),
        ("Ann Lee", "005Dn000000AbCd"),
        ("Ann Lee", "https://acme.lightning.force.com/lightning/r/User/005Dn000000AbCdIAK/view"),
    ],
)  # fmt: skip
def test_search_finds_a_name_however_it_is_written(connected: Connected, name: str, typed: str) -> None:
    org, theirs = connected()
    user = {**theirs.tables["User"][theirs.admin_id], "Id": "005Dn000000AbCdIAK"}
    theirs.tables["User"][user["Id"]] = {**user, "Name": name, "Username": "theone@acme.example"}
    directory.refresh(org, client_for(org))
    assert [each.name for each in directory.search(org, typed)] == [name]
    assert directory.search(org, "'") == []


def test_search_finds_who_was_read_before_other_spellings_were_stored(org: Org) -> None:
    someone = person(org, 1, name="Jürgen O\u2019Brien")
    assert directory.search(org, "JÜRGEN o\u2019brien") == [someone]


def test_search_stays_in_its_org(org: Org, team: Team) -> None:
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
