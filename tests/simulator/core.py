"""Small orgs and a small client for the tests of the stand-in's core."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

import requests

from simulator.org.store import Org
from simulator.seeding.new_org import profile_id
from simulator.seeding.package import install_app, install_package
from simulator.soql.run import run
from simulator.world import Token, World

_numbers = count(1)


def add_user(org: Org, name: str, profile: str = "System Administrator", **values: object) -> str:
    first, _, last = name.partition(" ")
    username = f"{name.lower().replace(' ', '.')}@{org.my_domain}.example.com"
    return org.add(
        "User",
        **{"Username": username, "Email": username, "FirstName": first, "LastName": last} | values,
        ProfileId=profile_id(org, profile),
    )


def new_org(world: World) -> Org:
    """An org with the package, the app and one administrator, Ana Ruiz."""
    org = world.new_org("Northwind", is_sandbox=True, my_domain=f"northwind{next(_numbers)}")
    org.admin_id = add_user(org, "Ana Ruiz")
    install_package(org)
    install_app(org)
    return org


def select(org: Org, text: str, user_id: str | None = None, *, tooling: bool = False) -> list[dict[str, Any]]:
    answer = run(org, text, user_id or org.admin_id, tooling=tooling)
    return [answer.shape(row) for row in answer.rows]


@dataclass
class Api:
    """Calls the REST API of one org as one user."""

    url: str
    world: World
    org: Org
    user_id: str
    token: str
    version: str = "66.0"

    @property
    def base(self) -> str:
        return f"/services/data/v{self.version}/"

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return requests.request(
            method, self.url + self.base + path, headers=headers, timeout=60, allow_redirects=False, **options
        )

    def query(self, text: str) -> dict[str, Any]:
        answer = self.send("GET", "query", params={"q": text})
        assert answer.status_code == 200, answer.text
        result: dict[str, object] = answer.json()
        return result

    def composite(self, *parts: dict[str, Any], all_or_none: bool = False) -> list[dict[str, Any]]:
        body = {"allOrNone": all_or_none, "compositeRequest": list(parts)}
        answer = self.send("POST", "composite", json=body)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, object]] = answer.json()["compositeResponse"]
        return found

    def part(self, method: str, path: str, ref: str, body: object = None) -> dict[str, object]:
        made = {"method": method, "url": self.base + path, "referenceId": ref}
        return made | ({"body": body} if body is not None else {})

    def as_user(self, user_id: str) -> Api:
        return api_for(self.url, self.world, self.org, user_id)


def api_for(url: str, world: World, org: Org, user_id: str) -> Api:
    token = f"{org.id[:15]}!AQ{next(_numbers)}"
    world.tokens[token] = Token(token, org.id, user_id)
    return Api(url, world, org, user_id, token)


def errors(answer: requests.Response) -> list[str]:
    """The error codes of an answer's array."""
    return [each["errorCode"] for each in answer.json()]
