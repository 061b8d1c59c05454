"""The Metadata API for clients that follow its WSDL to the letter: zeep, and simple-salesforce's mdapi."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest
import zeep
from requests import Session
from simple_salesforce.api import Salesforce
from zeep.exceptions import Fault
from zeep.transports import Transport

from simulator.org.store import Org
from simulator.server import Stand
from tests.conformance.conftest import WithoutTls, token_of

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
APP = "Salesforce_Marketing_Cloud"
SET = "Marketing_Cloud_Connected_App"


class Metadata:
    """zeep as its manual sets it up, strict: an element out of the WSDL's order is an error to it."""

    def __init__(self, http: Session) -> None:
        wsdl = str(files("simple_salesforce") / "metadata.wsdl")
        self.client = zeep.Client(wsdl, transport=Transport(session=http))

    def at(self, address: str, session_id: str) -> Callable[..., Any]:
        service = self.client.create_service(f"{{{NAMESPACE}}}MetadataBinding", address)
        header = self.client.get_element(f"{{{NAMESPACE}}}SessionHeader")(sessionId=session_id)

        def call(operation: str, *values: Any) -> Any:
            return service[operation](*values, _soapheaders=[header])

        return call


@pytest.fixture(scope="module")
def metadata() -> Iterator[Metadata]:
    with Session() as http:
        yield Metadata(http)


@pytest.fixture
def call(stand: Stand, metadata: Metadata, org: Org) -> Callable[..., Any]:
    """With the org's id at the end of the address, as CumulusCI writes it."""
    return metadata.at(f"{stand.url}/services/Soap/m/66.0/{org.id}", token_of(stand, org))


@pytest.fixture
def mdapi(sf: Salesforce) -> object:
    """simple-salesforce gives its mdapi a session of zeep's own making."""
    http = sf.mdapi._client.transport.session
    http.mount(f"https://{urlsplit(sf.base_url).netloc}", WithoutTls())
    yield sf.mdapi
    http.close()


def test_list_metadata_gives_file_properties(call: Callable[..., Any], org: Org) -> None:
    queries = [{"type": "PermissionSet"}, {"type": "ConnectedApp"}]
    found = {each.fullName: each for each in call("listMetadata", queries, 66.0)}
    mine = found[SET]
    (row,) = org.find("PermissionSet", Name=SET)
    assert (mine.id, mine.type, mine.manageableState) == (row["Id"], "PermissionSet", "unmanaged")
    assert mine.createdDate.year == mine.lastModifiedDate.year >= 2026
    packaged = found["et4ae5__ExactTarget_Integration"]
    assert (packaged.namespacePrefix, packaged.manageableState) == ("et4ae5", "installed")
    assert found[APP].fileName == f"connectedApps/{APP}.connectedApp"


def test_read_metadata_gives_typed_components(call: Callable[..., Any]) -> None:
    records = call("readMetadata", "PermissionSet", ["et4ae5__ExactTarget_Integration", "Nothing"])
    assert records[0].label == "Marketing Cloud Connector"
    assert records[0].hasActivationRequired is False
    assert records[1].fullName is None  # what zeep makes of xsi:nil; jsforce users see {} as well (2b)


@pytest.mark.parametrize(
    ("state", "listed", "full_name"), [("absent", [], None), ("nil", [APP], None), ("full", [APP], APP)]
)
def test_the_app_is_absent_or_empty_or_read_in_full(
    call: Callable[..., Any], mdapi: Any, org: Org, state: str, listed: list[str], full_name: str | None
) -> None:
    org.switches.change(foreign_app_metadata=state)
    query = mdapi._client.get_type("ns0:ListMetadataQuery")(type="ConnectedApp")
    assert [each.fullName for each in mdapi.list_metadata([query]) or []] == listed
    assert mdapi.ConnectedApp.read([APP]).fullName == full_name
    assert mdapi.PermissionSet.read([SET]).label == "Marketing Cloud Connected App"
    (app,) = call("readMetadata", "ConnectedApp", [APP])
    assert app.fullName == full_name
    if state == "full":
        assert (app.label, app.permissionSetName) == ("Salesforce Marketing Cloud", [])
        assert (app.oauthConfig.isAdminApproved, app.oauthConfig.isPkceRequired) == (True, False)
        assert (app.oauthPolicy.ipRelaxation, app.oauthPolicy.refreshTokenPolicy) == ("BYPASS", "zero")


def test_a_bad_session_is_a_fault(stand: Stand, metadata: Metadata) -> None:
    call = metadata.at(f"{stand.url}/services/Soap/m/66.0", "00Dnonsense!AQ")
    with pytest.raises(Fault) as caught:
        call("listMetadata", [{"type": "ConnectedApp"}], 66.0)
    assert caught.value.code == "sf:INVALID_SESSION_ID"
    assert caught.value.message.startswith("INVALID_SESSION_ID: Invalid Session ID found in SessionHeader")


@pytest.mark.parametrize(
    ("operation", "values", "code"),
    [
        ("listMetadata", ([{"type": "ConnectedApp"}] * 4, 66.0), "sf:EXCEEDED_ID_LIMIT"),
        ("readMetadata", ("ConnectedApp", [str(n) for n in range(11)]), "sf:EXCEEDED_ID_LIMIT"),
        ("readMetadata", ("Nonsense", ["x"]), "sf:INVALID_TYPE"),
        ("describeMetadata", (66.0,), "sf:INVALID_OPERATION"),
    ],
)
def test_what_cannot_be_asked_is_a_fault(
    call: Callable[..., object], operation: str, values: tuple[object, ...], code: str
) -> None:
    with pytest.raises(Fault) as caught:
        call(operation, *values)
    assert caught.value.code == code
