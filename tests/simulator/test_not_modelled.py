"""What Salesforce has and the stand-in has not is refused in words that say so."""

from __future__ import annotations

import pytest
import requests

from simulator import not_modelled
from simulator.server import Stand
from tests.simulator.core import Api

WORDS = "not modelled by the stand-in"


@pytest.mark.parametrize("resource", not_modelled.RESOURCES)
def test_a_documented_resource_is_said_to_be_missing_here(api: Api, resource: str) -> None:
    for path in (resource, f"{resource}/more"):
        answer = api.send("GET", path)
        assert answer.status_code == 404
        assert answer.json() == [
            {
                "message": f"The requested resource does not exist: {resource} is {WORDS}",
                "errorCode": "NOT_FOUND",
            }
        ]


@pytest.mark.parametrize("name", not_modelled.OBJECTS)
def test_a_known_object_is_said_to_be_missing_here(api: Api, name: str) -> None:
    described = api.send("GET", f"sobjects/{name}/describe")
    assert (described.status_code, WORDS in described.text) == (404, True)
    queried = api.send("GET", "query", params={"q": f"SELECT Id FROM {name}"}).json()[0]
    assert (queried["errorCode"], f"{name} is {WORDS}" in queried["message"]) == ("INVALID_TYPE", True)


@pytest.mark.parametrize(
    "query",
    [
        *(f"SELECT {name}(Id) FROM User" for name in not_modelled.FUNCTIONS),
        "SELECT COUNT(Id) FROM User",
        "SELECT ProfileId FROM User GROUP BY ProfileId",
        "SELECT Id FROM User FOR VIEW",
        "SELECT Id FROM User USING SCOPE mine",
        "SELECT Id FROM User WITH SECURITY_ENFORCED",
        "SELECT Id FROM User ALL ROWS",
        "SELECT Id FROM User WHERE CreatedDate = TODAY",
        "SELECT Id FROM User WHERE CreatedDate = LAST_N_DAYS:7",
    ],
)
def test_soql_that_salesforce_takes_is_said_to_be_missing_here(api: Api, query: str) -> None:
    (error,) = api.send("GET", "query", params={"q": query}).json()
    assert (error["errorCode"], WORDS in error["message"]) == ("MALFORMED_QUERY", True)


def test_nonsense_is_refused_in_salesforces_own_words(api: Api) -> None:
    (error,) = api.send("GET", "query", params={"q": "SELECT NONSENSE(Id) FROM User"}).json()
    assert WORDS not in error["message"]


def test_other_soap_apis_are_said_to_be_missing_here(own_stand: Stand) -> None:
    answer = requests.post(f"{own_stand.url}/services/Soap/u/66.0", "<x/>", timeout=60)
    assert (answer.status_code, WORDS in answer.text) == (500, True)


@pytest.mark.parametrize("service", not_modelled.SERVICES)
def test_another_service_is_said_to_be_missing_here(own_stand: Stand, service: str) -> None:
    answer = requests.post(f"{own_stand.url}{service}/66.0/job", json={}, timeout=60)
    assert (answer.status_code, f"{service} is {WORDS}" in answer.json()[0]["message"]) == (404, True)


@pytest.mark.parametrize("grant", ["password", "client_credentials"])
def test_other_flows_are_said_to_be_missing_here(own_stand: Stand, grant: str) -> None:
    data = {"grant_type": grant, "client_id": "PlatformCLI"}
    answer = requests.post(f"{own_stand.url}/services/oauth2/token", data, timeout=60).json()
    assert (answer["error"], WORDS in answer["error_description"]) == ("unsupported_grant_type", True)


def test_a_program_is_answered_in_json_wherever_it_asks(own_stand: Stand) -> None:
    for path in ("/services/nope", "/services/data/nope/x/"):
        answer = requests.get(own_stand.url + path, timeout=60)
        assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
        assert answer.json()[0]["errorCode"] in ("NOT_FOUND", "INVALID_SESSION_ID")
    wrong = requests.get(f"{own_stand.url}/services/oauth2/token", timeout=60)
    assert (wrong.status_code, wrong.json()[0]["errorCode"]) == (405, "METHOD_NOT_ALLOWED")


def test_a_person_is_shown_salesforces_page(own_stand: Stand) -> None:
    answer = requests.get(f"{own_stand.url}/lightning/o/Report/home", timeout=60)
    assert (answer.status_code, "URL No Longer Exists" in answer.text) == (404, True)
    assert WORDS in answer.text


def test_the_controls_refuse_in_their_own_words(own_stand: Stand) -> None:
    answer = requests.get(f"{own_stand.url}/stand-in/orgs/none", timeout=60)
    assert (answer.status_code, "error" in answer.json()) == (404, True)
