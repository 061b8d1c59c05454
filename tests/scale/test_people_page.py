"""The people page of an org with 20,000 users, in a database with many more people of other orgs."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.models import Org
from orgs.people_matching import match
from tests.fixture_types import MakeSetup, SignedIn
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db

PEOPLE = 20_000
ELSEWHERE = 60_000
MOST_QUERIES = {"choose": 12, "results": 8}
SEARCHES = ("", "surname 12", "p19999@client", "nobody at all")


def add_people(org: Org, count: int) -> None:
    """Straight in the database: reading them from an org is tested elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO orgs_orguser
                (org_id, user_id, name, username, email, profile, licence, active, seen_at)
            SELECT %s, '005' || lpad(n::text, 15, '0'), 'Person ' || n || ' Surname ' || n %% 977,
                   'p' || n || '@client.example', 'person' || n || '@client.example',
                   'Profile ' || n %% 12, 'Salesforce', n %% 20 <> 0, now()
            FROM generate_series(1, %s) AS n
            """,
            [org.pk, count],
        )


@pytest.fixture
def large(make: MakeSetup) -> SetupHarness:
    desk: SetupHarness = make("fresh", people=1)
    add_people(desk.org, PEOPLE)
    add_people(make("fresh", people=1).org, ELSEWHERE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orgs_orguser")
        cursor.execute("SET LOCAL random_page_cost = 1.1")  # as on any disk of today
    return desk


def plan_of(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + query)
        return "\n".join(row[0] for row in cursor.fetchall())


def uses_an_index(query: str) -> bool:
    plan = plan_of(query)
    return "Index" in plan and "Seq Scan on orgs_orguser" not in plan


def test_it_asks_few_questions_and_each_uses_an_index(large: SetupHarness, signed_in: SignedIn) -> None:
    site = signed_in(large.person)
    large.setup.inputs |= {"people": [f"005{n:015d}" for n in range(1, 400)]}
    large.setup.save()
    for page, search in product(MOST_QUERIES, SEARCHES):
        address = reverse(f"wizard:{page}", args=[large.setup.pk, "people"])
        with CaptureQueriesContext(connection) as queries:
            answer = site.get(address, {"q": search})
        assert answer.status_code == 200
        assert len(queries) <= MOST_QUERIES[page], "\n".join(q["sql"][:150] for q in queries)
        about_people = [each["sql"] for each in queries if "orgs_orguser" in each["sql"]]
        assert about_people
        for query in about_people:
            assert uses_an_index(query), f"{page}?q={search}: {plan_of(query)}"
    with CaptureQueriesContext(connection) as queries:
        matched = match(large.org, "\n".join(f"P{n}@CLIENT.example" for n in range(1, 200)))
    assert (len(matched.people), len(matched.unmatched)) == (190, 9)
    assert len(queries) == 2, "one by index, and one of everybody for the lines that name nobody"
    assert uses_an_index(queries[0]["sql"]), plan_of(queries[0]["sql"])


def test_the_search_finds_the_one_among_all_of_this_org_only(make: MakeSetup, signed_in: SignedIn) -> None:
    ours, theirs = make("fresh", people=1), make("fresh", people=1)
    add_people(ours.org, 500)
    add_people(theirs.org, 600)
    site = signed_in(ours.person)
    address = reverse("wizard:results", args=[ours.setup.pk, "people"])
    assert "p499@client.example" in site.get(address, {"q": "P499@"}).content.decode()
    assert "Nobody found" in site.get(address, {"q": "p599@"}).content.decode()
