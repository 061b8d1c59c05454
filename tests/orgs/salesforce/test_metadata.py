"""Reading metadata from the stand-in org over SOAP."""

from __future__ import annotations

from typing import Any

import pytest

from orgs.salesforce.client import Client
from orgs.salesforce.errors import Refused
from orgs.salesforce.metadata import list_metadata, read_metadata


@pytest.mark.parametrize("mode", ["absent", "nil", "full"])
def test_metadata_is_listed_and_read_as_far_as_the_org_lets_us(client: Client, org: Any, mode: str) -> None:
    org.switches.foreign_app_metadata = mode
    listed = list_metadata(client, "ConnectedApp")
    assert bool(listed) == (mode != "absent")
    name = listed[0]["fullName"] if listed else "Nothing"
    found = read_metadata(client, "ConnectedApp", [name])
    assert (found[name] is not None) == (mode == "full")


def test_a_soap_fault_is_a_typed_refusal(client: Client) -> None:
    with pytest.raises(Refused) as refused:
        list_metadata(client, "Nonsense")
    assert refused.value.code == "INVALID_TYPE"
