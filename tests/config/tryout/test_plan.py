from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.tryout.plan import Plan

PRIVATE = {"DATABASE_URL": "postgres://private", "REDIS_URL": "redis://private"}


def names(plan: Plan) -> list[str]:
    return [child.name for child in plan.children(plan.environment(PRIVATE), Path("var"))]


def test_an_empty_environment_starts_everything_on_the_usual_ports():
    plan = Plan.from_environment({})
    assert plan.ports() == {"PORT": 8000, "SIMULATOR_PORT": 8001}
    assert plan.missing_servers() == ["DATABASE_URL", "REDIS_URL"]
    assert names(plan) == ["stand-in", "web", "worker", "beat"]
    environment = plan.environment(PRIVATE)
    assert environment["DEBUG"] == "1"
    assert environment["PUBLIC_URL"] == "http://localhost:8000"
    assert environment["SALESFORCE_EXTRA_ORIGINS"] == "http://localhost:8001"


def test_the_stand_ins_client_app_is_the_simulators():
    from orgs.oauth import STAND_INS_PAIR
    from simulator import client_apps

    assert (client_apps.CLIENT_ID, client_apps.CLIENT_SECRET) == STAND_INS_PAIR


def test_other_ports_are_used_throughout():
    plan = Plan.from_environment({"PORT": "8010", "SIMULATOR_PORT": "8011"})
    assert plan.ports() == {"PORT": 8010, "SIMULATOR_PORT": 8011}
    environment = plan.environment(PRIVATE)
    assert environment["PUBLIC_URL"] == "http://localhost:8010"
    assert environment["SALESFORCE_EXTRA_ORIGINS"] == "http://localhost:8011"


def test_a_given_database_and_broker_are_used():
    given = {"DATABASE_URL": "postgres://mine", "REDIS_URL": "redis://mine"}
    plan = Plan.from_environment(given)
    assert plan.missing_servers() == []
    assert plan.environment({}).items() >= given.items()


def test_with_a_real_client_app_no_stand_in_is_started():
    plan = Plan.from_environment({"SALESFORCE_CLIENT_ID": "3MVG9", "SALESFORCE_CLIENT_SECRET": "s"})
    assert not plan.starts_stand_in
    assert "SIMULATOR_PORT" not in plan.ports()
    environment = plan.environment(PRIVATE)
    assert environment["SALESFORCE_CLIENT_ID"] == "3MVG9"
    assert "SALESFORCE_EXTRA_ORIGINS" not in environment


def test_a_real_client_app_and_the_stand_in_can_be_had_together(free_port):
    port = free_port()
    origins = f"http://localhost:{port}"
    given = {"SALESFORCE_CLIENT_ID": "x", "SALESFORCE_EXTRA_ORIGINS": origins, "SIMULATOR_PORT": str(port)}
    assert Plan.from_environment(given).starts_stand_in


def test_another_stand_in_elsewhere_is_used_instead_of_ours():
    plan = Plan.from_environment({"SALESFORCE_EXTRA_ORIGINS": "http://localhost:9999"})
    assert not plan.starts_stand_in
    environment = plan.environment(PRIVATE)
    assert environment["SALESFORCE_EXTRA_ORIGINS"] == "http://localhost:9999"
    assert "SALESFORCE_CLIENT_ID" not in environment, "a real org is no place for the stand-in's app"


def test_a_named_stand_in_that_already_answers_at_our_port_is_used(stand):
    port = stand.url.rpartition(":")[2]
    plan = Plan.from_environment({"SALESFORCE_EXTRA_ORIGINS": stand.url, "SIMULATOR_PORT": port})
    assert not plan.starts_stand_in


def test_debug_can_be_switched_off():
    plan = Plan.from_environment({"DEBUG": "0"})
    assert plan.environment(PRIVATE)["DEBUG"] == "0"
    assert not plan.tryout


@pytest.mark.parametrize("variable", ["PORT", "SIMULATOR_PORT"])
def test_a_port_that_is_no_number_is_refused_by_name(variable):
    with pytest.raises(ImproperlyConfigured, match=f"{variable} must be a whole number"):
        Plan.from_environment({variable: "http"})


def test_what_a_person_set_is_not_written_down_for_others():
    given = {"SALESFORCE_CLIENT_ID": "mine", "SALESFORCE_CLIENT_SECRET": "my secret", "SECRET_KEY": "key"}
    announced = Plan.from_environment(given).addresses(PRIVATE)
    assert not set(announced) & set(given)
    assert announced["DATABASE_URL"] == "postgres://private"


def test_nothing_is_announced_when_the_database_is_a_given_one():
    plan = Plan.from_environment({"DATABASE_URL": "postgres://user:secret@db/x"})
    assert plan.addresses({"REDIS_URL": "redis://private"}) == {}
