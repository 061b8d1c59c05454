"""Who a pasted list means: as people have it, in an org of their own, production or sandbox."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orgs.models import Org, OrgUser
from orgs.pasted.tables import header_of
from orgs.people_matching import NotMatched, match, one_slip
from teams.models import Team

pytestmark = pytest.mark.django_db

UAT, QA = ".uat", ".qa"  # what two sandboxes add to usernames


def make_org(team: Team, number: int = 1, *, is_sandbox: bool = False) -> Org:
    return Org.objects.create(
        team=team, org_id=f"00D00000000000{number}AAA", name="Acme", is_sandbox=is_sandbox,
        instance_url="https://acme.my.salesforce.com", login_origin="https://login.salesforce.com",
        api_version="66.0",
    )  # fmt: skip


@pytest.fixture
def org(team: Team) -> Org:
    return make_org(team)


@pytest.fixture
def sandbox(team: Team) -> Org:
    return make_org(team, is_sandbox=True)


def person(org: Org, number: int, **values: Any) -> OrgUser:
    defaults: dict[str, object] = {
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


def test_people_of_another_org_are_nobody_here(org: Org, team: Team) -> None:
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
        f"https://x.lightning.force.com/lightning/setup/ManageUsers/page?address=%2F{USER_ID}%3Fnoredirect%3D1",
        "Ann Lee (Marketing)", "Ann Lee - on leave until May", "Ann Lee \u2013 Marketing",
        f"{USER_ID[:15]},", "Ann Lee", "  ANN   LEE ", "Lee, Ann", "\u2022 Ann Lee", '"Ann Lee"',
        f"Username\n{ANN}", f"Full Name,Username,Email\nAnn Lee,{ANN},x@y.example",
        f"Id;Name\n{USER_ID[:15]};Ann",
        f'"User ID","Profile"\n"{USER_ID}","Standard User"', "Name\tE-Mail\n\tann@mail.example",
        "Full Name\nLee, Ann", "Full Name\tProfile\nLee, Ann\tStandard", "Name;Vorname\nLee;Ann",
        "Vorname;Name\nAnn;Lee", "Familienname;Vorname\nLee;Ann", "Given name,Surname\nAnn,Lee",
        "Benutzer: Nachname;Benutzer: Vorname\nLee;Ann", "Utilisateur : Nom;Utilisateur : Prénom\nLee;Ann",
        f"Department,Work Email\nSales,{ANN}", "\u2022Ann Lee", f"\u2022{ANN}", "\uf0b7\tAnn Lee",
        "\u2460Ann Lee",
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
    "pasted",
    [
        f"Benutzername;E-Mail\n{ANN};ann@mail.example",
        f"Nom d\u2019utilisateur;Prénom;Nom\n{ANN};Ann;Lee",
        f"Nombre de usuario,Apellidos\n{ANN},Lee",
        f"Usuário\tSobrenome\n{ANN}\tLee",
        f"ユーザー名,氏名\n{ANN},Ann Lee",
        f"ユーザ名，メール\n{ANN}，ann@mail.example",
        f"sep=;\nUsername;Name\n{ANN};Ann Lee",
        f"| Username | Name |\n|:---|---:|\n| {ANN} | Ann Lee |",
    ],
)
def test_a_report_in_another_language_names_its_columns_too(org: Org, pasted: str) -> None:
    ann = person(org, 1, name="Ann Lee", username=ANN)
    assert (found(org, pasted), left(org, pasted)) == ([ann], [])


def test_a_list_from_a_japanese_keyboard_is_read(org: Org) -> None:
    ann, bob = person(org, 1), person(org, 2)
    for pasted in (
        "「person1@acme.example」、person2@acme.example。",
        "person1＠acme.example；person2＠acme.example",
        "ｐｅｒｓｏｎ１＠ａｃｍｅ．ｅｘａｍｐｌｅ，ｐｅｒｓｏｎ２＠ａｃｍｅ．ｅｘａｍｐｌｅ",
        "『Person Number1』｜Person Number2",
    ):
        assert (found(org, pasted), left(org, pasted)) == ([ann, bob], []), pasted


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


@pytest.mark.parametrize(
    ("name", "pasted"),
    [
        ("Jürgen Müller", "Juergen Mueller"),
        ("Łukasz Wałęsa", "Lukasz Walesa"),
        ("Søren Østergård", "Soren Ostergard"),
        ("Åse Ærø", "Aase Aeroe"),
        ("Sean O\u2019Neil", "Sean O'Neil"),
        ("Ann Smith\u2011Jones", "Ann Smith-Jones"),
        ("一郎 鈴木", "鈴木　一郎"),
        ("鈴木 一郎", "鈴木一郎"),
        ("민준 김", "김민준"),
        ("太郎 山田", "・山田太郎様"),
        ("太郎 山田", "１．山田太郎"),
    ],
)
def test_a_name_is_found_as_other_keyboards_and_countries_write_it(org: Org, name: str, pasted: str) -> None:
    someone = person(org, 1, name=name)
    assert (found(org, pasted), left(org, pasted)) == ([someone], [])


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
    [
        f"Ann Lee <{ANN}>; Bob Ray", f"Bob Ray; Ann Lee <{ANN}>", f"Ann <{ANN}>, Eve <e@x.example>, Bob Ray",
        f"{USER_ID}; Bob Ray", f"{ANN}; 005000000000002", f"{ANN} and Bob Ray",
        f"{ANN}\nand Bob Ray", f"{ANN} / Bob Ray", f"Full Name;Department\n{ANN}; person2@acme.example",
        f"{ANN} (Bob Ray)", f"{ANN}, Ray, Bob", f"Ann Lee\t{ANN}\tBob Ray", "Ann Lee (Bob Ray)",
        "Ann Lee - Bob Ray", "Ann Lee und Bob Ray", "Ann Lee & Bob Ray", f"{ANN}\n#1 Bob Ray",
        f"{ANN}\n-- Bob Ray", f"{ANN}\n# Bob Ray", f"{ANN}\n// person2@acme.example",
        f"Email\n{ANN}; person2@acme.example", "Name\nAnn Lee; Bob Ray",
        f"Username\n{ANN} person2@acme.example",
        f"Email\nAnn <{ANN}>; Bob <person2@acme.example>", f'Name,Email\n"Ann Lee; Bob Ray",{ANN}',
        f"Name,Email\nBob Ray,{ANN}", f"Name,Bob Ray\n{ANN}", f"Name,Email,Name\nAnn Lee,{ANN},Bob Ray",
    ],
)  # fmt: skip
def test_somebody_beside_another_one_is_added_or_asked_about(org: Org, pasted: str) -> None:
    ann = person(org, 1, username=ANN, name="Ann Lee", user_id=USER_ID)
    bob = person(org, 2, name="Bob Ray")
    matched = match(org, pasted)
    told = {each for line in matched.unmatched for each in line.candidates}
    assert {ann, bob} == {*matched.people.values(), *told}


def test_a_list_of_several_people_tells_about_a_name_that_nobody_has(org: Org) -> None:
    ann, bob = person(org, 1, name="Ann Lee"), person(org, 2)
    pasted = "person1@acme.example, person2@acme.example, Cid Coe"
    assert (found(org, pasted), left(org, pasted)) == ([ann, bob], [("Cid Coe", NotMatched.UNKNOWN)])
    pasted = "Ann Lee, person1@acme.example, Marketing"
    assert (found(org, pasted), left(org, pasted)) == ([ann], []), "a row of one person"


def test_somebody_in_a_remark_stays_in_a_remark(org: Org) -> None:
    ann = person(org, 1, name="Ann Lee")
    (line,) = match(org, "# Ann Lee").unmatched
    assert (line.line, line.reason, line.candidates) == ("# Ann Lee", NotMatched.REMARK, (ann,))
    assert found(org, line.line) == [], "pasted once more it still adds nobody"


@pytest.mark.parametrize(
    "pasted",
    ["person1@amce.example", "perso1@acme.example", "persson1@acme.example", "person1@acne.example",
     "Person Numbr1", "person1@mial.example", "Number1 Person", f"person1@acme.example{UAT}"],
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
    for nearly in (f"andre@northwind.example{QA}", "andre@nothwind.example"):
        (other,) = match(sandbox, nearly).unmatched
        assert other.candidates == (andre,), nearly


def test_what_is_no_sandboxs_name_is_asked_about(sandbox: Org) -> None:
    sandbox.instance_url = "https://acme--uat.sandbox.my.salesforce.com"
    ann = person(sandbox, 1, username="ann@acme.test.example")
    bob = person(sandbox, 2, username=f"bob@acme.example{UAT}")
    matched = match(sandbox, "ann@acme.test\nbob@acme.example")
    assert (list(matched.people.values()), matched.endings) == ([bob], {UAT})
    assert [(each.reason, each.candidates) for each in matched.unmatched] == [(NotMatched.SIMILAR, (ann,))]


def test_a_name_with_its_accents_wins_over_one_without(org: Org) -> None:
    first, second = person(org, 1, name="Jürgen Müller"), person(org, 2, name="Jurgen Muller")
    assert found(org, "Jürgen Müller\nJurgen Muller") == [first, second]
    (line,) = match(org, f"{first.username} and Jurgen Muller").unmatched
    assert line.candidates == (second,), "neither is taken for the other beside an address"


def test_two_single_names_are_two_people_unless_they_are_one(org: Org) -> None:
    one, two = person(org, 1, name="太郎 山田"), person(org, 2, name="花子 佐藤")
    dee, ann = person(org, 3, name="Dee"), person(org, 4, name="Ann Lee")
    assert found(org, "山田太郎、佐藤花子") == [one, two]
    assert found(org, "Ann Lee, Dee") == [ann, dee]


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

SIZE = 8
FIRST = ("Ann", "Bob", "Cid", "Dee", "Eve", "Fay", "Gus", "Hal")
LAST = ("Lee", "Ray", "Coe", "Dow", "Orr", "Poe", "Roy", "Tan")
#: How a list writes one person; each form names them without doubt.
FORMS = (
    "{username}", "{email}", "{id}", "{id15}", "{first} {last}", "{first} {last} <{username}>",
    '"{last}, {first}" <{email}>', "{email} ({first} {last})", "{first} {last} (Sales)", "<{username}>",
    "{first} {last} - Sales", "mailto:{email}", "'{username}'", "- {first} {last}", "{username} - on leave",
)  # fmt: skip
BETWEEN = ("\n", "\r\n", "; ", ";", "\t", " | ", ", ", " and ", " / ", " & ", "\n# ", "\n// ", "\n1. ")
HEADERS = ("", "Username\n", "Email\n", "Name\n", "Name,Email\n", "Full Name;Department\n", "Id\tName\n")
pieces = st.lists(
    st.tuples(st.integers(0, SIZE - 1), st.sampled_from(FORMS), st.sampled_from(BETWEEN)),
    min_size=1,
    max_size=8,
)


def written(who: int, form: str) -> str:
    values = {
        "username": f"person{who}@acme.example", "email": f"person{who}@mail.example",
        "id": f"005{who:012d}AAA", "id15": f"005{who:012d}", "first": FIRST[who], "last": LAST[who],
    }  # fmt: skip
    return form.format(**values)


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

    @settings(deadline=None, max_examples=200)
    @given(header=st.sampled_from(HEADERS), listed=pieces)
    def test_nobody_of_a_list_is_lost(self, header: str, listed: list[tuple[int, str, str]]) -> None:
        """Whoever is put into a list, in whatever layout, is chosen or asked about."""
        org = make_org(Team.objects.create(name="Any"))
        for number in range(SIZE):
            person(org, number, name=f"{FIRST[number]} {LAST[number]}")
        pasted = header + "".join(written(who, form) + between for who, form, between in listed)
        matched = match(org, pasted)
        told = {each.user_id for line in matched.unmatched for each in line.candidates}
        kept = "\n".join(line.line for line in matched.unmatched)
        for who, form, _between in listed:
            user_id = f"005{who:012d}AAA"
            assert user_id in {*matched.people, *told} or written(who, form).strip("- '<>") in kept, pasted
