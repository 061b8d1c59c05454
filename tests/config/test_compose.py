"""docker-compose.yml, as far as it can be judged without running it."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from config.paths import BASE_DIR
from config.serve import http
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


def test_the_proxy_finds_pages_and_stream():
    proxy = COMPOSE["services"]["proxy"]
    assert (proxy["environment"]["WEB"], proxy["environment"]["STREAM"]) == ("web:8000", "stream:8000")
    assert "./deploy/Caddyfile:/etc/caddy/Caddyfile:ro" in proxy["volumes"]


def test_the_check_file_names_every_variable_that_must_be_set():
    needed = set(re.findall(r"\$\{(\w+):\?", TEXT))
    lines = (BASE_DIR / ".ci" / "compose.env").read_text(encoding="utf-8").splitlines()
    given = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert needed == given


def test_each_process_is_started_as_everywhere():
    services = COMPOSE["services"]
    for name in ("stream", "worker", "beat"):
        assert services[name]["command"][:4] == ["python", "-m", "config.serve", name]
    image = (BASE_DIR / "Dockerfile").read_text(encoding="utf-8")
    assert 'CMD ["python", "-m", "config.serve", "web", "--host", "0.0.0.0"]' in image


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_no_service_can_fill_the_machine_or_reach_for_more_of_it(name):
    service = COMPOSE["services"][name]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["mem_limit"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    if service.get("image") == "connect-guide":
        assert "cap_add" not in service


@pytest.mark.parametrize("name", sorted(set(COMPOSE["services"]) - RUN_ONCE))
def test_a_stop_gives_each_its_time(name):
    assert seconds(COMPOSE["services"][name]["stop_grace_period"]) >= 15


def test_it_is_valid_by_the_schema_that_the_compose_specification_publishes(tmp_path):
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(TEXT.replace("stop_grace_period", "stop_grace_time"))
    for path, code in ((BASE_DIR / "docker-compose.yml", 0), (wrong, 1)):
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
        done = subprocess.run([*command, str(path)], capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr


def seconds(text: str) -> int:
    return int(re.fullmatch(r"(\d+)s", text)[1])  # type: ignore[index]


def test_a_stop_leaves_the_pages_the_time_that_they_have():
    services = COMPOSE["services"]
    assert seconds(services["web"]["stop_grace_period"]) > http.GRACE
    assert seconds(services["worker"]["stop_grace_period"]) >= 60
