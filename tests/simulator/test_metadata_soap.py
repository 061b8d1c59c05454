"""The Metadata API's read side over SOAP (section 9)."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from lxml import etree

from simulator.org.store import Org
from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.visitor import Visitor

NS = "http://soap.sforce.com/2006/04/metadata"
NAMES = {"m": NS}


@pytest.fixture
def org(own_stand: Stand) -> Org:
    return create(own_stand.world, "all_done", name="Metadata")


class Soap:
    def __init__(self, stand: Stand, token: str) -> None:
        self.stand, self.token = stand, token

    def post(self, body: str, *, head: str = "", path: str = "/services/Soap/m/66.0") -> requests.Response:
        text = (
            f'<?xml version="1.0" encoding="utf-8"?>{head}'
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:met="http://soap.sforce.com/2006/04/metadata">'
            f"<e:Header><met:SessionHeader><met:sessionId>{self.token}</met:sessionId></met:SessionHeader></e:Header>"
            f"<e:Body>{body}</e:Body></e:Envelope>"
        )
        headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
        return requests.post(self.stand.url + path, text.encode(), headers=headers, timeout=60)

    def answer(self, body: str) -> Any:
        response = self.post(body)
        assert response.status_code == 200, response.text
        return etree.fromstring(response.content)

    def read(self, kind: str, *names: str) -> list[Any]:
        full_names = "".join(f"<met:fullNames>{name}</met:fullNames>" for name in names)
        body = f"<met:readMetadata><met:type>{kind}</met:type>{full_names}</met:readMetadata>"
        return list(self.answer(body).iterfind(".//m:records", NAMES))

    def listed(self, *kinds: str) -> list[str]:
        queries = "".join(f"<met:queries><met:type>{kind}</met:type></met:queries>" for kind in kinds)
        body = f"<met:listMetadata>{queries}<met:asOfVersion>66.0</met:asOfVersion></met:listMetadata>"
        return [each.text for each in self.answer(body).iterfind(".//m:result/m:fullName", NAMES)]

    def fault(self, body: str, **more: Any) -> str:
        response = self.post(body, **more)
        assert response.status_code == 500
        return str(etree.fromstring(response.content).findtext(".//faultcode"))


@pytest.fixture
def soap(own_stand: Stand, org: Org) -> Soap:
    return Soap(own_stand, Visitor(own_stand.url).connect(org)["access_token"])


def test_a_set_does_not_show_which_apps_it_may_use(soap: Soap) -> None:
    (record,) = soap.read("PermissionSet", "Marketing_Cloud_Connected_App")
    assert [etree.QName(each).localname for each in record][:1] == ["fullName"]
    assert b"Salesforce" not in etree.tostring(record)


def test_faults_carry_salesforces_codes(own_stand: Stand, soap: Soap) -> None:
    read = "<met:readMetadata><met:type>{}</met:type><met:fullNames>x</met:fullNames></met:readMetadata>"
    assert soap.fault("<met:dance/>") == "sf:INVALID_OPERATION"
    other = create(own_stand.world, "fresh", name="Not mine", people=0)
    assert (
        soap.fault(read.format("PermissionSet"), path=f"/services/Soap/m/66.0/{other.id}")
        == "sf:INVALID_SESSION_ID"
    )


def test_document_types_and_entities_are_refused(soap: Soap) -> None:
    head = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    body = "<met:readMetadata><met:type>&a;</met:type></met:readMetadata>"
    response = soap.post(body, head=head)
    assert response.status_code == 500
    assert "document type" in response.text
    assert "root:" not in response.text
    assert soap.post("<unclosed>").status_code == 500


def test_each_call_counts_against_the_allowance(own_stand: Stand, soap: Soap, org: Org) -> None:
    mark, used = own_stand.world.mark(), org.switches.api_used
    soap.listed("ConnectedApp")
    assert org.switches.api_used == used + 1
    assert own_stand.world.api_calls_since(mark, org.id) == 1
