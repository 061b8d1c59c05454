"""Who a pasted list means: as people have it, in an org of their own, production or sandbox."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orgs.models import Org, OrgUser
from orgs.pasted_people import header_of
from orgs.people_matching import NotMatched, match, one_slip
from teams.models import Team

pytestmark = pytest.mark.django_db

UAT, QA = ".uat", ".qa"  # what two sandboxes add to usernames


def make_org(team: Any, number: int = 1, *, is_sandbox: bool = False) -> Org:
    return Org.objects.create(
        team=team, org_id=f"00D00000000000{number}AAA", name="Acme", is_sandbox=is_sandbox,
        instance_url="https://acme.my.salesforce.com", login_origin="https://login.salesforce.com",
        api_version="66.0",
    )  # fmt: skip


@pytest.fixture
def org(team: Any) -> Org:
    return make_org(team)


@pytest.fixture
def sandbox(team: Any) -> Org:
    return make_org(team, is_sandbox=True)


def person(org: Org, number: int, **values: Any) -> OrgUser:
    defaults: dict[str, Any] = {
        "user_id": f"005{number:012d}AAA",
        "name": f"Person Number{number}",
        "username": f"person{number}@acme.example",
        "email": f"person{number}@mail.example",
        "active": True,
    }
    return OrgUser.objects.create(org=org, **{**defaults, **values})


def found(org: Org, pasted: str) -> list[OrgUser]:
    return list(match(org, pasted).people.values())


def left(org: Org, pasted: str) -> list[tuple[str, NotMatched]]:
    return [(each.line, each.reason) for each in match(org, pasted).unmatched]


def test_the_good_ones_are_found_and_the_rest_is_named(org: Org) -> None:
    ann, bob = person(org, 1), person(org, 2)
    person(org, 3, active=False)
    person(org, 4, email="both@mail.example")
    person(org, 5, email="both@mail.example")
    pasted = (
        "PERSON1@acme.example; Bob <person2@mail.example>\n\n person1@mail.example,nobody@acme.example\t"
        "person3@acme.example\nboth@mail.example\r\n"
    )
    assert found(org, pasted) == [ann, bob], "named twice, meant once"
    assert left(org, pasted) == [
        ("nobody@acme.example", NotMatched.UNKNOWN),
        ("person3@acme.example", NotMatched.INACTIVE),
        ("both@mail.example", NotMatched.AMBIGUOUS),
    ]


def test_people_of_another_org_are_nobody_here(org: Org, team: Any) -> None:
    person(make_org(team, 2), 1)
    assert found(org, "person1@acme.example") == []


def test_a_line_that_names_nobody_is_given_back_as_it_was(org: Org) -> None:
    pasted = "<script>alert(1)</script>\nBob <bob>"
    assert [line for line, _why in left(org, pasted)] == pasted.splitlines()


def test_a_username_wins_over_somebody_elses_equal_email(org: Org) -> None:
    ann = person(org, 1, username="shared@acme.example")
    person(org, 2, email="shared@acme.example")
    assert found(org, "shared@acme.example") == [ann]


def test_an_email_shared_with_an_inactive_person_means_the_active_one(org: Org) -> None:
    person(org, 1, email="shared@mail.example", active=False)
    bob = person(org, 2, email="shared@mail.example")
    assert found(org, "shared@mail.example") == [bob]


ANN = "ann.lee@acme.example"
USER_ID = "005Dn000000AbCdIAK"


@pytest.mark.parametrize(
    "line",
    [
        f"\u200b{ANN}\ufeff", f"\u00a0 {ANN} \u00a0", f"'{ANN}'", f"\u201e{ANN}\u201c", f"\u00ab{ANN}\u00bb",
        f"- {ANN}", f"\u2022 {ANN}", f"1. {ANN}", f"(2) {ANN}", f"[x] {ANN}", f"\u2013 {ANN}",
        f"mailto:{ANN}", f"[{ANN}](mailto:{ANN}?subject=Hello)", f"Lee, Ann <{ANN}>", f'"Lee, Ann" <{ANN}>;',
        f"Ann Lee\t{ANN}\tMarketing", f"{ANN} (on leave until May)", f"{ANN}  # asked for by Sam", f"{ANN}.",
        f"{ANN} | Marketing User | 2026-11-01", f"**{ANN}**", ANN.upper(), f"{ANN},,,", f"{ANN} - Marketing",
        USER_ID, USER_ID[:15], USER_ID.upper(),
        f"https://acme.lightning.force.com/lightning/r/User/{USER_ID}/view",
        f"{USER_ID[:15]},", "Ann Lee", "  ANN   LEE ", "Lee, Ann", "\u2022 Ann Lee", '"Ann Lee"',
        f"Username\n{ANN}", f"Full Name,Username,Email\nAnn Lee,{ANN},x@y.example",
        f"Id;Name\n{USER_ID[:15]};Ann",
        f'"User ID","Profile"\n"{USER_ID}","Standard User"', "Name\tE-Mail\n\tann@mail.example",
        "Last Name,First Name,Department\nLee,Ann,Sales", "Nachname;Vorname\nLee;Ann",
    ],
)  # fmt: skip
def test_a_line_means_the_person_however_it_is_written(org: Org, line: str) -> None:
    ann = person(org, 1, username=ANN, email="ann@mail.example", name="Ann Lee", user_id=USER_ID)
    person(org, 2)
    matched = match(org, line)
    assert list(matched.people.values()) == [ann]
    assert matched.unmatched == []


@pytest.mark.parametrize(
    ("name", "pasted"),
    [
        ("Zo\u00eb O'Brien", "Zoe O\u2019Brien"),
        ("Zo\u00eb O'Brien", "ZOE\u0308 o'brien"),
        ("Stra\u00dfer, J\u00fcrgen", "Strasser, Jurgen"),
        ("Ann  Lee", "Ann Lee"),
    ],
)
def test_a_name_is_found_without_its_accents_case_and_blanks(org: Org, name: str, pasted: str) -> None:
    who = person(org, 1, name=name if "," not in name else "J\u00fcrgen Stra\u00dfer")
    assert found(org, pasted) == [who]


def test_a_list_of_names_and_addresses_means_all_of_them(org: Org) -> None:
    ann, bob, eve = (person(org, n, name=name) for n, name in enumerate(("Ann Lee", "Bob Ray", "Eve Orr")))
    assert found(org, "Ann Lee, Bob Ray, Eve Orr") == [ann, bob, eve]
    assert found(org, "Ann Lee; person1@acme.example; Eve Orr") == [bob, ann, eve]
    assert found(org, "# the pilot\nAnn Lee\n\n// later\n* Bob Ray") == [ann, bob]


def test_a_name_of_several_people_is_a_choice(org: Org) -> None:
    both = [person(org, n, name="Ann Lee") for n in (1, 2)]
    person(org, 3, name="Ann Lee", active=False)
    (line,) = match(org, "Ann Lee").unmatched
    assert (line.reason, list(line.candidates)) == (NotMatched.AMBIGUOUS, both)


def test_somebody_elses_name_beside_an_address_is_neither_added_nor_lost(org: Org) -> None:
    ann, bob = person(org, 1, name="Ann Lee"), person(org, 2, name="Bob Ray")
    matched = match(org, "Ann Lee, person2@acme.example, Marketing")
    assert list(matched.people.values()) == [bob]
    assert [(each.line, each.candidates) for each in matched.unmatched] == [("Ann Lee", (ann,))]
    assert match(org, "Bob Ray, person2@acme.example").unmatched == []


@pytest.mark.parametrize(
    "pasted",
    ["person1@amce.example", "perso1@acme.example", "persson1@acme.example", "person1@acne.example",
     "Person Numbr1", "person1@mial.example", f"person1@acme.example{UAT}"],
)  # fmt: skip
def test_one_wrong_letter_or_another_sandboxs_ending_is_asked_about(org: Org, pasted: str) -> None:
    ann = person(org, 1)
    matched = match(org, pasted)
    assert not matched.people, "nobody is added whom the list does not name"
    assert [(each.reason, each.candidates) for each in matched.unmatched] == [(NotMatched.SIMILAR, (ann,))]


def test_a_production_list_fits_a_sandbox_without_its_endings(sandbox: Org) -> None:
    andre = person(
        sandbox, 1, username=f"andre@northwind.example{UAT}", email="andre@northwind.example.invalid"
    )
    eve = person(sandbox, 2, username=f"e1@x.example{UAT}", email="eve=mail.example@example.com")
    matched = match(sandbox, "andre@northwind.example\neve@mail.example")
    assert list(matched.people.values()) == [andre, eve]
    assert (matched.endings, matched.without_ending) == ({".uat", "@example.com"}, 2)
    (other,) = match(sandbox, f"andre@northwind.example{QA}").unmatched
    assert other.candidates == (andre,)


def test_in_production_no_ending_is_left_out(org: Org) -> None:
    person(org, 1, username=f"andre@northwind.example{UAT}", email="andre@northwind.example.invalid")
    assert found(org, "andre@northwind.example") == []


def test_a_username_without_the_sandboxs_ending_wins_over_an_address(sandbox: Org) -> None:
    ann = person(sandbox, 1, username=f"a@acme.example{UAT}")
    person(sandbox, 2, username=f"b@acme.example{UAT}", email="a@acme.example.invalid")
    assert found(sandbox, "a@acme.example") == [ann]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [("abcd", "abcd", False), ("abcd", "abd", True), ("abd", "abcd", True), ("abcd", "abxd", True),
     ("abcd", "abdc", True), ("abcd", "axyd", False), ("abcd", "ab", False), ("", "a", True)],
)  # fmt: skip
def test_a_slip_is_one_letter(one: str, other: str, near: bool) -> None:
    assert one_slip(one, other) is near


words = st.sampled_from(
    ["ann@acme.example", "Ann Lee", "005000000000001", "Username", ";", ",", "\t", "<", ">", '"', "- "]
)
lists = st.lists(st.lists(st.one_of(st.text(max_size=12), words), max_size=5).map("".join), max_size=6).map(
    "\n".join
)


class TestAnyList(TestCase):
    """Hypothesis with a database: each case in a transaction of its own."""

    @settings(deadline=None)
    @given(pasted=lists)
    def test_no_list_crashes_and_every_line_is_matched_or_kept(self, pasted: str) -> None:
        team = Team.objects.create(name="Any")
        org = make_org(team, is_sandbox=True)
        person(org, 1, username=f"ann@acme.example{UAT}", name="Ann Lee")
        matched = match(org, pasted)
        lines = [line for line in pasted.splitlines() if any(char.isalnum() for char in line)]
        under_header = bool(lines and header_of(lines[0].strip()))
        for line in lines:
            alone = match(org, line)
            assert under_header or alone.people.keys() <= matched.people.keys()
            assert alone.people or alone.unmatched or any(mark in line for mark in ("#", "//", "--"))
