"""Orgs of the running stand-in, made and looked at through its JSON side (`/stand-in/...`)."""

from __future__ import annotations

from itertools import count
from typing import Any

import requests

from tests.waiting import eventually

TIMEOUT = 60  # seconds; a busy machine is slow
APP_SET = "Marketing_Cloud_Connected_App"
_numbers = count(1)


class StandInOrg:
    """One org: what is really in it, whatever any page says."""

    def __init__(self, stand_in_url: str, summary: dict[str, Any]) -> None:
        self.stand_in_url = stand_in_url
        self.url = f"{stand_in_url}/stand-in/orgs/{summary['id']}"
        self.id: str = summary["id"]
        self.name: str = summary["name"]
        self.mid: str = summary["mid"]
        self.app_id: str = summary["app_id"]
        self.admin: str = summary["users"]["admin"]["username"]
        self.limited_admin: str = summary["users"]["limited_admin"]["username"]
        self.connection_user: dict[str, str] = summary["users"]["connection_user"]

    def rows(self, sobject: str, **wanted: str) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.url}/rows/{sobject}", params=wanted, timeout=TIMEOUT)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def app(self) -> dict[str, Any]:
        return self.rows("ConnectedApplication", Id=self.app_id)[0]

    def permission_set(self, name: str) -> dict[str, Any]:
        found = self.rows("PermissionSet", Name=name)
        assert len(found) == 1, f"{len(found)} permission sets are named {name}"
        return found[0]

    def holders(self, name: str) -> list[str]:
        """The usernames that have this permission set; one that has it twice is there twice."""
        users = {row["Id"]: row["Username"] for row in self.rows("User")}
        rows = self.rows("PermissionSetAssignment", PermissionSetId=self.permission_set(name)["Id"])
        return sorted(users[row["AssigneeId"]] for row in rows)

    def some_people(self, number: int) -> list[dict[str, object]]:
        """Active people who may sign in, none of them the connection user or the admin."""
        frozen = {row["UserId"] for row in self.rows("UserLogin", IsFrozen="True")}
        named = {self.admin, self.limited_admin, self.connection_user["username"]}
        found = [
            row
            for row in self.rows("User", IsActive="True")
            if row["Username"] not in named and row["Id"] not in frozen and row["Department"] != "IT"
        ]
        assert len(found) >= number
        return found[:number]

    def switch(self, **values: object) -> None:
        requests.patch(f"{self.url}/switches", json=values, timeout=TIMEOUT).raise_for_status()

    def sign_us_out(self) -> int:
        """End our grant in Salesforce, as an admin does with Revoke; how many tokens that ended."""
        answer = requests.post(f"{self.url}/tokens", json={"action": "revoke"}, timeout=TIMEOUT)
        answer.raise_for_status()
        return int(answer.json()["ended"])

    def at_its_pages(self) -> Admin:
        return Admin(self)

    # -- the log of requests

    def mark(self) -> int:
        return int(self._log()["mark"])

    def calls_since(self, mark: int) -> list[dict[str, Any]]:
        """Our API calls to this org."""
        entries = self._log(since=mark, org=self.id)["entries"]
        return [each for each in entries if each["api_call"]]

    def writes_since(self, mark: int) -> list[dict[str, object]]:
        """Calls that may have changed something: not GET, and not a composite of queries."""
        return [each for each in self.calls_since(mark) if each["method"] != "GET" and not each["queries"]]

    def wait_for_calls(self, mark: int) -> None:
        eventually("we look at the org", lambda: self.calls_since(mark))

    def wait_for_revocation(self, mark: int) -> None:
        eventually("Salesforce is told to forget the sign-in", lambda: self._has_revoked_since(mark))

    def _has_revoked_since(self, mark: int) -> bool:
        return any("/oauth2/revoke" in each["path"] for each in self._log(since=mark)["entries"])

    def _log(self, **query: Any) -> dict[str, Any]:
        answer = requests.get(f"{self.stand_in_url}/stand-in/log", params=query, timeout=TIMEOUT)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


class Admin:
    """The org's admin at Salesforce's pages, in a browser that no test has to look at."""

    def __init__(self, org: StandInOrg) -> None:
        self._org = org
        self._http = requests.Session()
        self._post("/login", username=org.admin)

    def set_policies(self, **other: str) -> None:
        """The three policies of lines 6 to 9, or others, with the warning answered by OK."""
        form = {
            "permitted_users": "admin",
            "ip_relaxation": "BYPASS",
            "refresh_token_policy": "zero",
            **other,
        }
        self._post(f"/{self._org.app_id}/e", acknowledged="1", action="save", **form)

    def give_set(self, name: str, user: str) -> None:
        """`user` is how our pages name a person: "Ana Ruiz (ana.ruiz@...)"."""
        username = user.rpartition("(")[2].rstrip(")")
        found = self._org.rows("User", Username=username)[0]
        set_id = self._org.permission_set(name)["Id"]
        self._post(f"/lightning/setup/PermSets/{set_id}/PermissionSetAssignment/add", user=found["Id"])

    def rename_set(self, name: str, new_name: str, new_label: str) -> None:
        set_id = self._org.permission_set(name)["Id"]
        self._post(f"/{set_id}/rename", name=new_name, label=new_label)

    def put_on_app(self, name: str, app_id: str) -> None:
        self._post(f"/{app_id}/permission-sets", set=self._org.permission_set(name)["Id"])

    def _post(self, path: str, **form: str) -> None:
        self._http.post(self._org.stand_in_url + path, form, timeout=TIMEOUT).raise_for_status()


def new_org(stand_in_url: str, scenario: str, name: str = "", **more: Any) -> StandInOrg:
    """A fresh org in this starting state, of a name that no other test uses."""
    body = {"scenario": scenario, "name": name or f"Client {next(_numbers)}", **more}
    answer = requests.post(f"{stand_in_url}/stand-in/orgs", json=body, timeout=TIMEOUT)
    answer.raise_for_status()
    return StandInOrg(stand_in_url, answer.json())
