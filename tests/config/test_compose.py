"""docker-compose.yml, as far as it can be judged without running it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from config.paths import BASE_DIR
from tests.test_docs import all_settings


class Strict(yaml.SafeLoader):
    """Refuses a key that is there twice, as Docker Compose does and PyYAML does not."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _value in node.value if key.value != "<<"]
        assert len(keys) == len(set(keys)), f"twice in one place: {keys}"
        return super().construct_mapping(node, deep)


TEXT = (BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.load(TEXT, Strict)
RUN_ONCE = {"migrate"}
# Only `make run` reads these.
OF_THE_TRYOUT = {"DEBUG", "PORT", "SIMULATOR_PORT"}


def test_all_processes_are_there():
    assert {"web", "stream", "worker", "beat", "postgres", "redis", "proxy"} <= set(COMPOSE["services"])


@pytest.mark.parametrize("name", sorted(set(COMPOSE["services"]) - RUN_ONCE))
def test_every_lasting_service_has_a_health_check_and_comes_back(name):
    service = COMPOSE["services"][name]
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize(
    "secret", ["SECRET_KEY", "TOKEN_KEYS", "POSTGRES_PASSWORD", "SALESFORCE_CLIENT_SECRET"]
)
def test_a_missing_secret_stops_it(secret):
    used = re.findall(rf"\$\{{{secret}([^}}]*)", TEXT)
    assert used
    assert all(rest.startswith(":?") for rest in used)


@pytest.mark.parametrize("name", ["migrate", "web", "stream", "worker", "beat"])
def test_our_processes_never_run_as_a_tryout(name):
    assert "DEBUG" not in COMPOSE["services"][name]["environment"]


def test_a_key_that_is_there_twice_would_be_noticed():
    with pytest.raises(AssertionError, match="twice"):
        yaml.load("a: 1\nb: 2\na: 3\n", Strict)


def test_every_setting_can_be_given():
    read = all_settings() - OF_THE_TRYOUT
    assert set(COMPOSE["services"]["web"]["environment"]) == read


def test_nothing_starts_before_the_tables_are_there():
    for name in ("web", "stream", "worker", "beat"):
        condition = COMPOSE["services"][name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]


def test_the_stream_has_the_events_and_web_all_else():
    routes = (BASE_DIR / "config" / "Caddyfile").read_text(encoding="utf-8")
    assert re.search(r"@events path /events/\*\s+handle @events \{\s+reverse_proxy stream:8000", routes)
    assert re.search(r"handle \{\s+reverse_proxy web:8000", routes)


def test_the_check_file_names_every_variable_that_must_be_set():
    needed = set(re.findall(r"\$\{(\w+):\?", TEXT))
    lines = (BASE_DIR / ".ci" / "compose.env").read_text(encoding="utf-8").splitlines()
    given = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert needed == given


def test_no_access_log_has_an_address_where_a_code_a_ticket_or_a_link_might_be():
    command = (BASE_DIR / "Dockerfile").read_text(encoding="utf-8").partition("CMD [")[2]
    assert "gunicorn" in command
    assert "--access-log" not in command, "the app's own line has the pattern of the address"
    assert "--no-access-log" in COMPOSE["services"]["stream"]["command"]


def seconds(text: str) -> int:
    return int(re.fullmatch(r"(\d+)s", text)[1])  # type: ignore[index]


def test_a_stop_leaves_each_process_the_time_that_it_takes_itself():
    from gunicorn.config import Config  # type: ignore[import-untyped]

    command = (BASE_DIR / "Dockerfile").read_text(encoding="utf-8").partition("CMD [")[2]
    assert "--graceful-timeout" not in command
    services = COMPOSE["services"]
    assert seconds(services["web"]["stop_grace_period"]) > Config().graceful_timeout
    stream = services["stream"]["command"]
    own = int(stream[stream.index("--timeout-graceful-shutdown") + 1])
    assert seconds(services["stream"]["stop_grace_period"]) > own
