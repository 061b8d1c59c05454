"""Many clients at once: no lost write, no doubled one."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.simulator.core import Api, add_user


def test_the_same_set_is_made_once_by_ten_clients(api: Api) -> None:
    def make(_index: int) -> int:
        return api.send("POST", "sobjects/PermissionSet", json={"Name": "MC", "Label": "M C"}).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = Counter(pool.map(make, range(10)))
    assert statuses == {201: 1, 400: 9}
    assert len(api.org.find("PermissionSet", Name="MC")) == 1


def test_every_call_is_counted_and_every_assignment_kept(api: Api) -> None:
    set_id = api.org.insert("PermissionSet", {"Name": "MC", "Label": "M C"}, api.user_id)
    people = [add_user(api.org, f"P{index} Ng") for index in range(60)]

    def assign(person: str) -> int:
        wanted = {"AssigneeId": person, "PermissionSetId": set_id}
        return api.send("POST", "sobjects/PermissionSetAssignment", json=wanted).status_code

    mark, used = api.world.mark(), api.org.switches.api_used
    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(assign, people)) == {201}
    held = api.org.find("PermissionSetAssignment", PermissionSetId=set_id)
    assert {row["AssigneeId"] for row in held} == set(people)
    assert api.org.switches.api_used - used == 60
    assert api.world.api_calls_since(mark, api.org.id) == 60
