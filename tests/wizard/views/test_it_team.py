"""The page for a client's IT team: it needs no sign-in, and it says exactly what a whole journey touches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html
from pytest_django import Settings

from orgs import disclosure, oauth
from simulator import scenarios
from simulator.seeding import odd_rows
from simulator.server import Stand
from simulator.soql import tree
from simulator.soql.parser import parse
from teams.models import Team, User
from tests.fixture_types import SignedIn
from tests.orgs.stand_in import Browser, admin_of
from tests.wizard.fault_proxy import FaultProxy, Seen, in_front
from tests.wizard.harness import SetupHarness
from wizard.guides.connected_app_authentication.reading.parts import ALL_FIELDS
from wizard.jobs import runner
from wizard.live import fragment
from wizard.models import Job, Setup
from wizard.monitoring import live_polling
from wizard.report import disclosure as it_team

pytestmark = pytest.mark.django_db

ADDRESS = "/for-your-it-team/"
APP, YESTERDAY = "Salesforce Marketing Cloud", "2026-11-28T10:00:00.000+0000"
CHILDREN = {"SetupEntityAccessItems": "SetupEntityAccess"}
Fields = dict[str, set[str]]


class Touched:
    """Every object and field of the requests that passed by."""

    def __init__(self) -> None:
        self.read: Fields = {}
        self.filtered: Fields = {}
        self.written: Fields = {}
        self.deleted: set[str] = set()
        self.described: set[str] = set()

    def note(self, seen: Seen, query: str) -> None:
        if seen.path.startswith("/services/data"):
            self._call(seen.method, f"{seen.path}?{query}", json.loads(seen.body) if seen.body else None)

    def _call(self, method: str, url: str, body: Any) -> None:
        path, asked = urlsplit(url).path, parse_qs(urlsplit(url).query)
        rest = path.split("/")[4:]  # /services/data/v66.0/...
        if "q" in asked:
            self._query(parse(asked["q"][0]))
        elif rest in (["composite"], ["tooling", "composite"]):
            for sub in body["compositeRequest"]:
                self._call(sub["method"], sub["url"], sub.get("body"))
        elif rest[:2] == ["composite", "sobjects"]:
            self._collection(method, body, asked)
        elif rest and rest[0] == "sobjects":
            self._record(method, rest[1:], body)
        else:
            assert rest in ([], ["query"]) or rest[0] == "query", url  # the versions, a query's next page

    def _query(self, query: tree.Query) -> None:
        paths = {item.text for item in query.items if isinstance(item, tree.Path)}
        assert len(paths) == len(query.items), "only fields are asked for"
        for child in query.children:
            self._query(replace(child, sobject=CHILDREN[child.sobject]))
        self.read.setdefault(query.sobject, set()).update(paths)
        narrowed = {*_fields(query.where), *(order.path.text for order in query.order)}
        self.filtered.setdefault(query.sobject, set()).update(narrowed)
        for inner in _inner(query.where):
            self._query(inner)

    def _collection(self, method: str, body: Any, asked: dict[str, list[str]]) -> None:
        if method == "DELETE":
            self.deleted |= {each[:3] for each in asked["ids"][0].split(",")}
            return
        for row in body["records"]:
            self._write(row["attributes"]["type"], row.keys() - {"attributes"})

    def _record(self, method: str, rest: list[str], body: object) -> None:
        if rest[-1] == "describe":
            self.described.add(rest[0])
        elif method == "POST":
            self._write(rest[0], body)
        elif method == "GET":
            self.read.setdefault(rest[0], set()).add(ALL_FIELDS)
        else:
            assert method == "DELETE", "nothing that exists is changed"
            self.deleted.add(rest[0])

    def _write(self, sobject: str, fields: Any) -> None:
        self.written.setdefault(sobject, set()).update(fields)


def _fields(where: Any) -> Iterator[str]:
    if isinstance(where, tree.All | tree.Any_):
        for part in where.parts:
            yield from _fields(part)
    elif isinstance(where, tree.Not):
        yield from _fields(where.part)
    elif where is not None:
        yield where.path.text


def _inner(where: Any) -> Iterator[tree.Query]:
    """The queries inside the conditions."""
    if isinstance(where, tree.All | tree.Any_):
        for part in where.parts:
            yield from _inner(part)
    elif isinstance(where, tree.Not):
        yield from _inner(where.part)
    elif isinstance(where, tree.InQuery):
        yield where.query


class Watching(FaultProxy):
    """The layer before the stand-in, with the part of an address that it does not keep."""

    def __init__(self, app: object, touched: Touched) -> None:
        super().__init__(app)
        self.touched = touched

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        answer = super().__call__(environ, start_response)
        self.touched.note(self.seen[-1], environ.get("QUERY_STRING", ""))
        return answer


def listed(rows: Any) -> tuple[Fields, Fields]:
    return {row.sobject: set(row.fields) for row in rows}, {row.sobject: set(row.filters) for row in rows}


@pytest.fixture
def touched(
    stand: Stand, settings: Settings, signed_in: SignedIn, dana: User, team: Team
) -> Iterator[Touched]:
    """What a whole journey touches: sign in, read, choose, apply, watch, apply by halves, undo."""
    settings.SALESFORCE_EXTRA_ORIGINS = [stand.url]
    seen = Touched()
    theirs = scenarios.create(stand.world, "fresh", name="Told Ltd", people=30)
    # Somebody whom nobody chose uses the app: then it is asked what else approves them.
    theirs.add("OauthToken", AppName=APP, UserId=list(theirs.rows("User"))[-1]["Id"], LastUsedDate=YESTERDAY)
    with in_front(stand, lambda app: Watching(app, seen)):
        site = signed_in(dana)
        answer = Browser(site, stand).connect(admin_of(theirs))
        site.get(answer["Location"])
        setup = Setup.objects.get()
        desk = SetupHarness(stand, theirs, setup.org, fragment.load(str(setup.pk)), dana)
        desk.choose(5)
        for job in Job.objects.order_by("created_at"):
            assert desk.work(job).state == "done"
        desk.choose(5)
        assert desk.check().state == "done"
        assert desk.apply("permission_set").state == "done"
        assert desk.apply().state == "done"
        stages = [stage.key for stage in setup.guide.stages]
        runner.watch(desk.reload(), stages, timezone.now() - live_polling.AGAIN)
        assert desk.undo().state == "done"
        with stand.world.lock:
            odd_rows.uninstall_app(theirs)  # then it is asked whether it has become another kind of app
        assert desk.check().state == "done"
    yield seen
    with stand.world.lock:
        stand.world.orgs.pop(theirs.id, None)


def test_it_lists_exactly_the_objects_and_fields_that_a_whole_journey_reads(touched: Touched) -> None:
    fields, filters = listed(it_team.build().reads)
    assert touched.read == fields
    narrowed = {name: each - fields[name] for name, each in touched.filtered.items()}
    assert narrowed == filters
    assert touched.described == set(disclosure.DESCRIBED)


def test_it_lists_exactly_what_a_whole_journey_writes(touched: Touched) -> None:
    fields, _none = listed(it_team.build().writes)
    assert touched.written == fields
    assert touched.deleted <= {*fields, "0Pa", "0PS", "0J0"}, "only what was created is deleted again"
    assert touched.deleted, "the undo was seen"


def test_the_search_notices_an_object_that_is_not_listed() -> None:
    seen = Touched()
    query = "SELECT Id, Owner.Name FROM Contact WHERE NOT (Email = 'x' OR Phone IN ('1')) ORDER BY Name"
    seen._call("GET", f"/services/data/v66.0/query?q={query}", None)
    assert seen.read == {"Contact": {"Id", "Owner.Name"}}
    assert seen.filtered == {"Contact": {"Email", "Phone", "Name"}}


def test_it_needs_no_sign_in_and_shows_all_lists(db: None, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://guide.example.com"
    answer = Client().get(ADDRESS)
    assert answer.status_code == 200
    page = html.fromstring(answer.content)
    words = " ".join(page.text_content().split())
    told = it_team.build()
    assert "https://guide.example.com/orgs/callback/" in words
    for name in oauth.SCOPES.split():
        assert f">{name}</code>" in answer.content.decode()
    for row in (*told.reads, *told.writes):
        assert row.sobject in words
        assert all(field in words for field in (*row.fields, *row.filters))
        assert row.why
        assert all(row.why)
    assert "after 30 days without use" in words
    assert all(what in words and until in words for what, until in told.kept)


def test_every_page_leads_to_it_and_to_help(db: None, dana: User, signed_in: SignedIn) -> None:
    for client, path in ((Client(), reverse("account_login")), (signed_in(dana), reverse("wizard:home"))):
        page = client.get(path).content.decode()
        assert f'href="{ADDRESS}"' in page
        assert f'href="{reverse("wizard:help")}"' in page
