"""No token, code or client secret is anywhere but in the encrypted columns and at Salesforce.

The stand-in issues marked values; people do everything that can be done, and everything fails
once; then every place where a value could have landed is searched, also inside wrappings.
"""

from __future__ import annotations

import base64
import json
import logging
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis as library
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.cache import cache
from django.core.mail import EmailMessage

from orgs.fields import Secret
from orgs.models import Connection, Org, Revocation
from tests.security.canaries import MARK, database_texts, overhearing, redis_texts, sightings
from tests.security.road import Walker
from tests.wizard.harness import SetupHarness

ROOT = Path(__file__).resolve().parents[2]
ENCRYPTED = {
    "orgs_connection.access_token",
    "orgs_connection.refresh_token",
    "orgs_org.client_secret",
    "orgs_revocation.token",
}


@pytest.fixture
def redis() -> Iterator[library.Redis]:
    with library.Redis.from_url(settings.REDIS_URL) as server:
        yield server
        server.delete("celery")  # what was queued here is nobody's work


@pytest.mark.django_db(transaction=True)
def test_no_journey_and_no_fault_leaves_a_secret_anywhere(
    walker: Walker,
    marked: str,
    redis: library.Redis,
    logged: Callable[[], str],
    mailoutbox: list[EmailMessage],
) -> None:
    since = time.time()
    with overhearing(redis) as heard:
        desk = walker.sign_in(walker.new_org("fresh", people=4))
        walker.work(desk)
        walker.sign_in_problems(desk)
        walker.lose_and_reconnect(desk)
        walker.faults(desk)
        walker.own_pair(desk, marked)
        walker.accounts()
        assert_held_encrypted(desk)
        places = {"the database while connected": texts(database_texts())}
        walker.disconnect(desk)
        waiting = [revocation.token for revocation in Revocation.objects.all()]
        assert waiting
        assert all(MARK in token.reveal() for token in waiting)
        places["the database while Salesforce has to be told"] = texts(database_texts())
        walker.revoke()
    places |= {
        "the database at the end": texts(database_texts()),
        "sessions": texts({each.pk: json.dumps(each.get_decoded()) for each in Session.objects.all()}),
        "pages": "\n".join(walker.site.seen + walker.owner.seen),
        "logs": logged(),
        "e-mails": "\n".join(str(mail.message()) for mail in mailoutbox),
        "Redis": texts(redis_texts(redis)),
        "what passed through Redis": "\n".join(heard),
        "files that the run left": left_behind(since),
    }
    assert {name for name, text in places.items() if sightings(text)} == set()
    assert_something_was_searched(places)


def assert_held_encrypted(desk: SetupHarness) -> None:
    """Else the search would find nothing because there was nothing."""
    connection, org = Connection.objects.get(org=desk.org), Org.objects.get(pk=desk.org.pk)
    for secret in (connection.access_token, connection.refresh_token, org.client_secret):
        assert secret.reveal().count(MARK)
        assert not sightings(secret.sealed())


def assert_something_was_searched(places: dict[str, str]) -> None:
    assert "Traceback" in places["logs"]
    assert "cannot keep" in places["logs"], "an error report of our own failure"
    assert "wizard_setup" in places["the database at the end"]
    assert "PUBLISH" in places["what passed through Redis"]
    assert "wizard.tasks.run_job" in places["what passed through Redis"]
    assert places["pages"].count("<html") > 100
    assert places["e-mails"].count("Subject:") >= 2


def texts(found: dict[str, str]) -> str:
    return "\n".join(f"{name}: {text}" for name, text in found.items())


def left_behind(since: float) -> str:
    """What tests write into the checkout: caches, pictures, traces. Nothing outside it is ours."""
    ignored = subprocess.run(
        ["git", "ls-files", "--others", "-z", "--", ".pytest_cache", ".hypothesis", "screenshots", "docs"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    files = [ROOT / name for name in ignored.stdout.split("\0") if name]
    fresh = [path for path in files if path.is_file() and path.stat().st_mtime >= since]
    return "\n".join(path.read_bytes().decode("latin-1") for path in fresh)


# -- the search finds what is there


def wrapped(value: str) -> dict[str, str]:
    plain = base64.b64encode(value.encode()).decode()
    message = json.dumps({"body": base64.b64encode(json.dumps([[value], {}]).encode()).decode()})
    return {
        "plain": f"GET /?code={value}&state=1",
        "base64": f"Authorization: Basic {plain}",
        "in a message": message,
        "in a message in base64": base64.b64encode(message.encode()).decode(),
        "in a session": signing.dumps({"token": value * 3}, compress=True).split(":")[0],
    }


@pytest.mark.parametrize("how", list(wrapped("")))
def test_a_planted_canary_is_found_however_it_is_wrapped(how: str) -> None:
    value = "!AQ" + MARK + "x7Yq" * 9
    assert sightings("some text before " + wrapped(value)[how] + " and after")
    assert not sightings("some text before " + wrapped("!AQ" + "x7Yq" * 9)[how])


@pytest.mark.django_db
def test_a_canary_in_any_column_is_found_and_encrypted_ones_are_not(walker: Walker) -> None:
    desk = walker.sign_in(walker.new_org("fresh", people=2))
    assert not sightings(texts(database_texts()))
    Org.objects.filter(pk=desk.org.pk).update(known={"deep": [{"in": MARK}]})
    hits = {name for name, text in database_texts().items() if sightings(text)}
    assert hits == {"orgs_org.known"}
    assert set(database_texts()) > ENCRYPTED
    assert not sightings(Secret(MARK).sealed())


def test_a_canary_that_passes_through_redis_is_heard_and_seen(redis: library.Redis) -> None:
    with overhearing(redis) as heard:
        cache.set("planted", {"token": MARK}, 60)
        redis.publish("nobody-listens", MARK)
    assert sightings("\n".join(heard)) >= 2
    assert sightings(texts(redis_texts(redis)))
    cache.delete("planted")
    assert not sightings(texts(redis_texts(redis)))


def test_a_canary_in_a_log_is_seen(logged: Callable[[], str]) -> None:
    logging.getLogger("orgs.connections.tokens").debug("got %s", MARK)
    assert sightings(logged())
