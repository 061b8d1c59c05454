"""What holds for every address of the guided setup, those added later included."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from teams.models import Team, User
from tests.fixture_types import MakePerson, SignedIn
from tests.wizard.fault_proxy import FaultProxy
from tests.wizard.harness import SetupHarness
from wizard import urls
from wizard.models import GuestInvitation, Job

pytestmark = pytest.mark.django_db

PATTERNS = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]
KEYS = {"stage_key": "policies", "step_key": "log_out", "input_key": "people"}
PUBLIC = {"help", "it_team", "guest", "invited"}  # they show nothing of anybody's
FRAGMENTS = ("live", "actions", "results")


def address(pattern: URLPattern, desk: SetupHarness, **more: Any) -> str:
    known = {"setup_id": desk.setup.pk, "org_id": desk.org.pk, "team_id": desk.org.team_id, **KEYS}
    known |= {"token": "no-such-link", **more}
    known["link_id"] = link_of(desk).pk
    names = list(pattern.pattern.converters)
    assert set(names) <= set(known), f"a test value is missing for {set(names) - set(known)}"
    return reverse(f"wizard:{pattern.name}", kwargs={name: known[name] for name in names})


def link_of(desk: SetupHarness) -> GuestInvitation:
    tomorrow = timezone.now() + timedelta(days=1)
    made = {"stage": "policies", "expires_at": tomorrow}
    return GuestInvitation.objects.get_or_create(setup=desk.setup, token_hash="0" * 64, defaults=made)[0]


def has_object(pattern: URLPattern) -> bool:
    return bool(pattern.pattern.converters)


def codes(client: Client, path: str) -> set[int]:
    return {client.get(path).status_code, client.post(path, {"sure": "1"}).status_code}


def test_every_address_but_the_public_ones_needs_a_sign_in(checked: SetupHarness) -> None:
    for pattern in PATTERNS:
        path = address(pattern, checked)
        if pattern.name in PUBLIC:
            assert not has_object(pattern) or pattern.name == "invited"
            assert checked.org.name not in Client().get(path).content.decode()
            continue
        for send in (Client().get, Client().post):
            response = send(path)
            assert response.status_code == 302, path
            assert response["Location"].startswith(reverse("account_login")), path


@pytest.mark.parametrize("who", ["of another team", "in no team"])
def test_somebody_elses_setup_does_not_exist(
    checked: SetupHarness, signed_in: SignedIn, stranger: User, who: str
) -> None:
    lone = User.objects.create_user("lone@example.com", name="Lone")
    client = signed_in(stranger if who == "of another team" else lone)
    before = contents(checked)
    for pattern in PATTERNS:
        path = address(pattern, checked)
        if has_object(pattern):
            found = codes(client, path)
            assert found <= {404, 405}, f"{path}: {found}"
            assert 404 in found, path
        else:
            assert checked.org.name not in client.get(path).content.decode(), path
    assert contents(checked) == before


def contents(desk: SetupHarness) -> tuple[Any, ...]:
    setup = desk.reload()
    jobs = list(Job.objects.order_by("created_at").values_list("pk", "state"))
    return setup.inputs, setup.finished_at, jobs, list(setup.events.values_list("kind", flat=True))


def test_a_viewer_changes_nothing(
    checked: SetupHarness, signed_in: SignedIn, person: MakePerson, team: Team
) -> None:
    client = signed_in(person("Vera Viewer", team, "viewer"))
    before = contents(checked)
    for pattern in PATTERNS:
        if has_object(pattern) and pattern.name not in PUBLIC:
            found = client.post(address(pattern, checked), {"sure": "1", "clear": "1"}).status_code
            assert found in (302, 403, 405), f"{pattern.name}: {found}"
    after = contents(checked)
    assert after[:2] == before[:2]
    # To look at the org again changes nothing in it.
    assert set(after[3][len(before[3]) :]) <= {"check_requested", "people_requested"}


def test_every_address_says_which_methods_it_answers(checked: SetupHarness, signed_in: SignedIn) -> None:
    """A GET that starts, stops or signs something would do so for a prefetching browser too."""
    client = signed_in(checked.person)
    before = contents(checked)
    for pattern in PATTERNS:
        source = inspect.getsource(pattern.callback)
        if "require_POST" in source:
            assert client.get(address(pattern, checked)).status_code == 405, pattern.name
        elif "@posted" in source:
            assert client.get(address(pattern, checked)).status_code == 302, pattern.name
        else:
            assert "require_GET" in source or "require_http_methods" in source, pattern.name
    assert contents(checked) == before


def test_a_post_without_its_token_is_refused(checked: SetupHarness) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(checked.person)
    before = contents(checked)
    for pattern in PATTERNS:
        assert client.post(address(pattern, checked), {"sure": "1"}).status_code in (403, 405), pattern.name
    assert contents(checked) == before


@pytest.mark.parametrize("pattern", PATTERNS, ids=[str(pattern.name) for pattern in PATTERNS])
def test_opening_it_asks_salesforce_nothing(
    checked: SetupHarness, signed_in: SignedIn, trouble: FaultProxy, pattern: URLPattern
) -> None:
    client, path = signed_in(checked.person), address(pattern, checked)
    client.get(path)
    client.post(path, {"sure": "1", "fingerprint": "x"})
    assert trouble.seen == []


def test_keys_that_the_guide_does_not_have_are_not_found(checked: SetupHarness, signed_in: SignedIn) -> None:
    client = signed_in(checked.person)
    before = contents(checked)
    for pattern in PATTERNS:
        unknown = {name: "no-such-thing" for name in KEYS if name in pattern.pattern.converters}
        if unknown:
            found = codes(client, address(pattern, checked, **unknown))
            assert found <= {404, 405}, f"{pattern.name}: {found}"
    assert contents(checked) == before


def test_a_whole_page_is_a_page_and_a_fragment_is_a_fragment(
    checked: SetupHarness, signed_in: SignedIn
) -> None:
    client = signed_in(checked.person)
    for pattern in PATTERNS:
        response = client.get(address(pattern, checked))
        kind = response.headers.get("Content-Type", "")
        if response.status_code == 200 and kind.startswith("text/html"):
            body = response.content.decode()
            assert ("<html" in body) == (pattern.name not in FRAGMENTS), pattern.name
