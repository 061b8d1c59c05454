"""A long answer comes in pages."""

from __future__ import annotations

import requests

from tests.simulator.core import Api, add_user, errors


def people(api: Api, number: int) -> None:
    for index in range(number):
        api.org.add("User", Username=f"u{index}", LastName=f"N{index}")


def follow(api: Api, answer: dict[str, object]) -> requests.Response:
    headers = {"Authorization": f"Bearer {api.token}"}
    return requests.get(api.url + str(answer["nextRecordsUrl"]), headers=headers, timeout=60)


def test_tokens_come_500_at_a_time_and_2500_at_most(api: Api) -> None:
    for _ in range(2600):
        api.org.add("OauthToken", AppName="Some App", UserId=api.user_id)
    answer = api.query("SELECT Id FROM OauthToken")
    assert (answer["totalSize"], len(answer["records"])) == (2500, 500)


def test_another_persons_pages_are_closed(api: Api) -> None:
    people(api, 2100)
    answer = api.query("SELECT Id FROM User")
    other = api.as_user(add_user(api.org, "Leo Park"))
    refused = follow(other, answer)
    assert (refused.status_code, errors(refused)) == (400, ["INVALID_QUERY_LOCATOR"])


def test_a_query_must_be_given(api: Api) -> None:
    assert errors(api.send("GET", "query")) == ["MALFORMED_QUERY"]
