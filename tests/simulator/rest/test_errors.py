"""Refusals of the REST API that have nothing to do with one object."""

from __future__ import annotations

from datetime import timedelta

import requests

from simulator.clock import Clock
from tests.simulator.core import Api, add_user, errors


def test_without_a_good_session_there_is_401(api: Api) -> None:
    for headers in ({"Authorization": "Bearer nonsense"}, {"Authorization": ""}):
        answer = api.send("GET", "", headers=headers)
        assert (answer.status_code, errors(answer)) == (401, ["INVALID_SESSION_ID"])
        assert answer.json()[0]["message"] == "Session expired or invalid"


def test_an_expired_session_is_401(api: Api) -> None:
    api.world.tokens[api.token].expires_at = Clock().now() - timedelta(seconds=1)
    answer = api.send("GET", "")
    assert errors(answer) == ["INVALID_SESSION_ID"]


def test_a_browsers_session_is_no_api_session(api: Api) -> None:
    api.world.tokens[api.token].scopes = ("web",)
    answer = api.send("GET", "")
    assert answer.status_code == 401
    assert answer.json()[0]["message"] == "This session is not valid for use with the REST API"


def test_frozen_and_inactive_people_lose_their_session(api: Api) -> None:
    (login,) = api.org.find("UserLogin", UserId=api.user_id)
    api.org.patch(login["Id"], IsFrozen=True)
    assert api.send("GET", "").status_code == 401
    api.org.patch(login["Id"], IsFrozen=False)
    assert api.send("GET", "").status_code == 200
    api.org.patch(api.user_id, IsActive=False)
    assert api.send("GET", "").status_code == 401


def test_people_without_api_enabled_may_not_call(api: Api) -> None:
    user = add_user(api.org, "No Api", "Standard User")
    profile = api.org.get(user)["ProfileId"]  # type: ignore[index]
    for holder in (profile, api.org.find("PermissionSet", ProfileId=profile)[0]["Id"]):
        api.org.patch(holder, PermissionsApiEnabled=False)
    answer = api.as_user(user).send("GET", "")
    assert (answer.status_code, errors(answer)) == (403, ["API_CURRENTLY_DISABLED"])


def test_unknown_addresses_are_404(api: Api) -> None:
    for path in (
        "nope",
        "sobjects/Nope",
        "sobjects/Nope/describe",
        "sobjects/User/005000000000000AAA",
        "tooling/nope",
    ):
        answer = api.send("GET", path)
        assert (answer.status_code, errors(answer)) == (404, ["NOT_FOUND"]), path


def test_wrong_methods_content_types_and_bodies_are_named(api: Api) -> None:
    answer = api.send("PUT", "sobjects/User", json={})
    assert (answer.status_code, errors(answer)) == (405, ["METHOD_NOT_ALLOWED"])
    answer = api.send("POST", "sobjects/PermissionSet", data="<a/>", headers={"Content-Type": "text/xml"})
    assert (answer.status_code, errors(answer)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])
    answer = api.send(
        "POST", "sobjects/PermissionSet", data='{"Name":', headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, errors(answer)) == (400, ["JSON_PARSER_ERROR"])
    answer = api.send("POST", "sobjects/PermissionSet", json=["Name"])
    assert (answer.status_code, errors(answer)) == (400, ["JSON_PARSER_ERROR"])


def test_a_very_long_address_is_414(api: Api) -> None:
    assert (
        api.send(
            "GET", "query", params={"q": "SELECT Id FROM User WHERE Name = '" + "x" * 17_000 + "'"}
        ).status_code
        == 414
    )


def test_the_versions_need_no_session_and_rise(api: Api) -> None:
    versions = requests.get(api.url + "/services/data/", timeout=60).json()
    assert versions[-1] == {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"}
    assert {"label": "Spring '26", "url": "/services/data/v66.0", "version": "66.0"} in versions
    numbers = [float(each["version"]) for each in versions]
    assert numbers == sorted(numbers)


def test_an_older_org_has_no_newer_version(api: Api) -> None:
    api.org.switches.highest_api_version = "65.0"
    own = requests.get(
        api.url + "/services/data", headers={"Authorization": f"Bearer {api.token}"}, timeout=10
    )
    assert own.json()[-1]["version"] == "65.0"
    assert api.send("GET", "").status_code == 404
    api.version = "65.0"
    assert api.send("GET", "").status_code == 200
