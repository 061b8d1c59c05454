"""API calls are counted, limited and logged."""

from __future__ import annotations

import requests

from tests.simulator.core import Api


def test_every_call_counts_once_in_the_header(api: Api) -> None:
    first = api.send("GET", "limits").headers["Sforce-Limit-Info"]
    second = api.send("GET", "sobjects/Nope").headers["Sforce-Limit-Info"]
    assert (first, second) == ("api-usage=1/100000", "api-usage=2/100000")


def test_the_log_tells_calls_from_pages_and_counts_queries(api: Api) -> None:
    mark = api.world.mark()
    requests.get(api.url + "/services/data/", timeout=60)
    query = "query?q=SELECT+Id+FROM+Profile"
    api.composite(api.part("GET", query, "a"), api.part("GET", query, "b"))
    versions, composite = api.world.log_since(mark)
    assert (versions.api_call, versions.status, versions.org_id) == (False, 200, "")
    assert (composite.api_call, composite.method, composite.queries) == (True, "POST", 2)
    assert composite.org_id == api.org.id
    assert composite.path == "/services/data/v66.0/composite"


def test_the_list_of_versions_carries_no_usage(api: Api) -> None:
    assert "Sforce-Limit-Info" not in requests.get(api.url + "/services/data/", timeout=60).headers
