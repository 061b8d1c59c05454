"""People and servers that many tests need."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from django.conf import settings
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from config import languages
from tests import pieces, servers

gc.set_threshold(100_000, 20, 100)  # looking for circles of garbage is a tenth of the tests' time otherwise
languages.compile_all()
servers.start()
# Reading the settings here lets pytest-django set Django up after the servers are there.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# (fast hashing: the tests' passwords protect nothing)

# `pytest --hypothesis-profile=thorough --timeout=900`: 10,000 cases of each property (docs/security.md).
hypothesis.settings.register_profile(
    "thorough",
    max_examples=10_000,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)


@receiver(connection_created)
def _may_empty_the_database(sender: object, connection: Any, **more: Any) -> None:
    """The database refuses to empty the audit trail; after a test it has to. No other code sets this."""
    with connection.cursor() as cursor:
        cursor.execute("SET connect_guide.emptying = 'on'")


if TYPE_CHECKING:
    from django.test import Client
    from xdist.remote import Producer

    from simulator.server import Stand
    from teams.models import Team, User
    from tests.fixture_types import MakePerson, MakeSetup
    from tests.wizard.fault_proxy import FaultProxy
    from tests.wizard.harness import SetupHarness

PASSWORD = "a long enough password"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--random-files", type=int, metavar="SEED", help="run the files in random order")


@pytest.hookimpl(trylast=True)  # after pytest-django's own order, of which nothing here may depend
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    seed = config.getoption("--random-files")
    if seed is not None:
        pieces.shuffle(items, seed)
    elif servers.IS_WORKER:
        pieces.put_longest_first(items)


def pytest_collection_finish() -> None:
    gc.freeze()  # what is loaded by now stays


def pytest_xdist_setupnodes() -> None:
    """Workers read the settings as this process did: after their own servers are there."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> pieces.ByPiece:
    return pieces.ByPiece(config, log)


def pytest_unconfigure(config: pytest.Config) -> None:
    servers.stop()


@pytest.fixture(scope="session", autouse=True)
def _browsers_that_keep_secrets() -> None:
    from tests.signed_in import keep_secrets

    keep_secrets()


@pytest.fixture(scope="session")
def stand() -> Iterator[Any]:
    """The stand-in Salesforce org, over real HTTP: `stand.url`, `stand.world`."""
    from simulator.server import running

    with running() as server:
        yield server


@pytest.fixture
def team(db: None) -> Team:
    from teams.models import Team

    return Team.objects.create(name="Bright Path Consulting")


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """Make a person: `person("Ann Lee", team, Role.OWNER)`."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator

    from teams.mfa import FactorAdapter
    from teams.models import Membership, User

    secret = FactorAdapter().encrypt(TOTP_SECRET)

    def make(name: str, team: Team, role: str) -> User:
        email = f"{name.split()[0].lower()}@example.com"
        user = User.objects.create_user(email, PASSWORD, name=name)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        Membership.objects.create(team=team, user=user, role=role)
        if role == "owner":  # owners need a second factor, and these have set it up
            Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
        return user

    return make


@pytest.fixture
def dana(person: MakePerson, team: Team) -> User:
    """A consultant."""
    return person("Dana Whitfield", team, "consultant")


@pytest.fixture
def sam(person: MakePerson, team: Team) -> User:
    """A support person."""
    return person("Sam Okafor", team, "support")


@pytest.fixture
def priya(person: MakePerson, team: Team) -> User:
    """The team's owner."""
    return person("Priya Nair", team, "owner")


@pytest.fixture
def stranger(person: MakePerson) -> User:
    """The owner of another team: must see nothing of ours."""
    from teams.models import Team

    return person("Stella Stranger", Team.objects.create(name="Another company"), "owner")


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    """A browser in which this person is signed in: `signed_in(dana).get("/")`."""
    from django.test import Client

    from teams import reauth

    def browser(user: User, *, lately: bool = True) -> Client:
        """`lately`: signed in just now, so that nobody asks whether it is still them."""
        client = Client()
        client.force_login(user)
        if lately:
            session = client.session
            reauth.note_sign_in(SimpleNamespace(session=session), user, "password")
            session.save()
        return client

    return browser


@pytest.fixture
def make(stand: Stand, team: Team, dana: User) -> Iterator[Callable[..., SetupHarness]]:
    """Make a setup in a connected org of the stand-in: `make("fresh", people=30)`."""
    from tests.wizard.harness import make_harness

    desks: list[SetupHarness] = []

    def one(scenario: str = "fresh", **more: Any) -> SetupHarness:
        desks.append(make_harness(stand, more.pop("team", team), more.pop("person", dana), scenario, **more))
        return desks[-1]

    yield one
    with stand.world.lock:
        for desk in desks:
            stand.world.orgs.pop(desk.theirs.id, None)


@pytest.fixture
def desk(make: MakeSetup) -> SetupHarness:
    """A setup in a fresh sandbox: the connection user and two people are chosen, nothing is read."""
    made = make()
    made.choose(2)
    return made


@pytest.fixture
def checked(desk: SetupHarness) -> SetupHarness:
    """The same, after a full read."""
    job = desk.check()
    assert job.state == "done", job.error_details
    return desk


@pytest.fixture
def trouble(stand: Stand) -> Iterator[FaultProxy]:
    """A layer before the stand-in that sees every request and can make trouble."""
    from tests.wizard import fault_proxy

    layers: list[FaultProxy] = []

    def wrap(app: object) -> FaultProxy:
        layers.append(fault_proxy.FaultProxy(app))
        return layers[0]

    with fault_proxy.in_front(stand, wrap):
        yield layers[0]


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Ports on which nothing listens: `free_port()`."""
    from config.tryout.checks import free_port as find

    return find


@pytest.fixture
def child_env(transactional_db: None) -> dict[str, str]:
    """The environment for a process (worker, web) that must use this test's database."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    address = base.rpartition("/")[0] + f"/{name}"
    return {**os.environ, "DATABASE_URL": f"{address}?{query}" if query else address}
