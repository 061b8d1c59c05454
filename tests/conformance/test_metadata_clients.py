"""The Metadata API for clients that follow its WSDL to the letter: zeep, and simple-salesforce's mdapi."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest
import zeep
from requests import Session
from simple_salesforce.api import Salesforce
from zeep.exceptions import Fault
from zeep.transports import Transport

from simulator.server import Stand
from simulator.store import Org
from tests.conformance.conftest import token_of

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
APP = "Salesforce_Marketing_Cloud"


class Metadata:
    """zeep as its manual sets it up, strict: an element out of the WSDL's order is an error to it."""

    def __init__(self, http: Session) -> None:
        wsdl = str(files("simple_salesforce") / "metadata.wsdl")
        self.client = zeep.Client(wsdl, transport=Transport(session=http))

    def at(self, address: str, session_id: str) -> Callable[..., Any]:
        service = self.client.create_service(f"{{{NAMESPACE}}}MetadataBinding", address)
        header = self.client.get_element(f"{{{NAMESPACE}}}SessionHeader")(sessionId=session_id)

        def call(operation: str, *values: Any, **named: Any) -> Any:
            return service[operation](*values, _soapheaders=[header], **named)

        return call

    def make(self, kind: str, **values: Any) -> Any:
        return self.client.get_type(f"{{{NAMESPACE}}}{kind}")(**values)


@pytest.fixture(scope="module")
def metadata() -> Iterator[Metadata]:
    with Session() as http:
        yield Metadata(http)


@pytest.fixture
def call(secure_stand: Stand, metadata: Metadata, org: Org) -> Callable[..., Any]:
    return metadata.at(f"{secure_stand.url}/services/Soap/m/66.0", token_of(secure_stand, org))


# -- zeep on its own


def test_list_metadata_gives_file_properties(call: Callable[..., Any], org: Org) -> None:
    queries = [{"type": "PermissionSet"}, {"type": "InstalledPackage"}]
    found = {each.fullName: each for each in call("listMetadata", queries, 66.0)}
    mine = found["Marketing_Cloud_Connected_App"]
    (row,) = org.find("PermissionSet", Name="Marketing_Cloud_Connected_App")
    assert (mine.id, mine.type, mine.manageableState) == (row["Id"], "PermissionSet", "unmanaged")
    assert mine.createdDate.year == mine.lastModifiedDate.year >= 2026
    packaged = found["et4ae5__ExactTarget_Integration"]
    assert (packaged.namespacePrefix, packaged.manageableState) == ("et4ae5", "installed")
    assert found["et4ae5"].fileName == "installedPackages/et4ae5.installedPackage"


def test_read_metadata_gives_typed_components(call: Callable[..., Any]) -> None:
    records = call("readMetadata", "PermissionSet", ["et4ae5__ExactTarget_Integration", "Nothing"])
    assert records[0].label == "Marketing Cloud Connector"
    assert records[0].hasActivationRequired is False
    assert records[1].fullName is None  # what zeep makes of xsi:nil; jsforce users see {} as well (2b)
    (package,) = call("readMetadata", "InstalledPackage", ["et4ae5"])
    assert package.versionNumber == "256.0"
    (profile,) = call("readMetadata", "Profile", ["Admin"])
    assert profile.userLicense == "Salesforce"
    assert {right.name for right in profile.userPermissions} >= {"ViewSetup", "ManageUsers"}


def test_describe_metadata_names_the_types(call: Callable[..., Any]) -> None:
    described = call("describeMetadata", 66.0)
    kinds = {each.xmlName: (each.directoryName, each.suffix) for each in described.metadataObjects}
    assert kinds["ConnectedApp"] == ("connectedApps", "connectedApp")
    assert (described.partialSaveAllowed, described.testRequired) == (True, False)


def test_a_bad_session_is_a_fault(secure_stand: Stand, metadata: Metadata) -> None:
    call = metadata.at(f"{secure_stand.url}/services/Soap/m/66.0", "00Dnonsense!AQ")
    with pytest.raises(Fault) as caught:
        call("describeMetadata", 66.0)
    assert caught.value.code == "sf:INVALID_SESSION_ID"
    assert caught.value.message.startswith("INVALID_SESSION_ID: Invalid Session ID found in SessionHeader")


def test_the_orgs_id_may_end_the_address(secure_stand: Stand, metadata: Metadata, org: Org) -> None:
    """As CumulusCI writes it."""
    address = f"{secure_stand.url}/services/Soap/m/66.0/{org.id}"
    assert metadata.at(address, token_of(secure_stand, org))("describeMetadata", 66.0).metadataObjects


@pytest.mark.parametrize(
    ("operation", "values", "code"),
    [
        ("listMetadata", ([{"type": "Profile"}] * 4, 66.0), "sf:EXCEEDED_ID_LIMIT"),
        ("readMetadata", ("Profile", [str(n) for n in range(11)]), "sf:EXCEEDED_ID_LIMIT"),
        ("readMetadata", ("Nonsense", ["x"]), "sf:INVALID_TYPE"),
    ],
)
def test_what_cannot_be_asked_is_a_fault(
    call: Callable[..., Any], operation: str, values: tuple[Any, ...], code: str
) -> None:
    with pytest.raises(Fault) as caught:
        call(operation, *values)
    assert caught.value.code == code


def test_a_permission_set_is_made_changed_and_deleted(
    call: Callable[..., Any], metadata: Metadata, org: Org
) -> None:
    made = metadata.make(
        "PermissionSet", fullName="By_Metadata", label="By metadata", hasActivationRequired=False
    )
    (result,) = call("createMetadata", [made])
    assert (result.success, result.fullName, result.errors) == (True, "By_Metadata", [])
    (again,) = call("createMetadata", [made])
    assert (again.success, again.errors[0].statusCode) == (False, "DUPLICATE_DEVELOPER_NAME")
    changed = metadata.make("PermissionSet", fullName="By_Metadata", label="Changed", description="Words")
    assert call("updateMetadata", [changed])[0].success is True
    (row,) = org.find("PermissionSet", Name="By_Metadata")
    assert (row["Label"], row["Description"]) == ("Changed", "Words")
    (result,) = call("upsertMetadata", [changed])
    assert (result.success, result.created) == (True, False)
    assert call("deleteMetadata", "PermissionSet", ["By_Metadata"])[0].success is True
    assert not org.find("PermissionSet", Name="By_Metadata")


def test_a_packaged_set_is_not_changed(call: Callable[..., Any], metadata: Metadata) -> None:
    wanted = metadata.make("PermissionSet", fullName="et4ae5__ExactTarget_Integration", label="Mine now")
    (result,) = call("updateMetadata", [wanted])
    assert result.errors[0].statusCode == "CANNOT_MODIFY_MANAGED_OBJECT"


@pytest.mark.parametrize("state", ["absent", "nil", "full"])
def test_no_write_reaches_the_apps_policies(
    call: Callable[..., Any], metadata: Metadata, org: Org, state: str
) -> None:
    """No source shows one that did (section 2b)."""
    org.switches.change(foreign_app_metadata=state)
    wanted = metadata.make(
        "ConnectedApp",
        fullName=APP,
        contactEmail="ana@example.com",
        label="Salesforce Marketing Cloud",
        oauthPolicy={"ipRelaxation": "ENFORCE", "refreshTokenPolicy": "infinite"},
    )
    before = dict(org.get(org.app_id) or {})
    (result,) = call("updateMetadata", [wanted])
    assert result.success is False
    assert result.errors[0].statusCode == "INVALID_CROSS_REFERENCE_KEY"
    assert result.errors[0].message == f"no ConnectedApp named {APP} found"
    (result,) = call("createMetadata", [wanted])
    assert "You can't create a connected app" in result.errors[0].message
    assert call("deleteMetadata", "ConnectedApp", [APP])[0].success is False
    assert org.get(org.app_id) == before


# -- simple-salesforce's mdapi


def names(sf: Salesforce, kind: str) -> list[str]:
    query = sf.mdapi._client.get_type("ns0:ListMetadataQuery")(type=kind)
    return [each.fullName for each in sf.mdapi.list_metadata([query]) or []]


def read(sf: Salesforce, kind: str, name: str) -> Any:
    found: Any = getattr(sf.mdapi, kind).read([name])
    return found


def test_the_app_is_listed_but_reads_as_nothing(sf: Salesforce) -> None:
    assert names(sf, "ConnectedApp") == [APP]
    assert read(sf, "ConnectedApp", APP).fullName is None


def test_the_app_may_not_be_listed_at_all(sf: Salesforce, org: Org) -> None:
    org.switches.change(foreign_app_metadata="absent")
    assert names(sf, "ConnectedApp") == []
    assert read(sf, "ConnectedApp", APP).fullName is None


def test_the_app_may_be_read_in_full(sf: Salesforce, org: Org) -> None:
    org.switches.change(foreign_app_metadata="full")
    assert names(sf, "ConnectedApp") == [APP]
    app = read(sf, "ConnectedApp", APP)
    assert (app.fullName, app.label) == (APP, "Salesforce Marketing Cloud")
    assert app.oauthConfig.isAdminApproved is True
    assert app.oauthConfig.isPkceRequired is False
    assert (app.oauthPolicy.ipRelaxation, app.oauthPolicy.refreshTokenPolicy) == ("BYPASS", "zero")
    assert app.permissionSetName == []


@pytest.mark.parametrize("state", ["absent", "nil", "full"])
def test_sets_and_package_are_read_whatever_the_app_is(sf: Salesforce, org: Org, state: str) -> None:
    org.switches.change(foreign_app_metadata=state)
    assert "Marketing_Cloud_Connected_App" in names(sf, "PermissionSet")
    assert read(sf, "PermissionSet", "Marketing_Cloud_Connected_App").label == "Marketing Cloud Connected App"
    assert names(sf, "InstalledPackage") == ["et4ae5"]
    assert read(sf, "InstalledPackage", "et4ae5").versionNumber == "256.0"


def test_a_refused_change_is_told_by_name(sf: Salesforce) -> None:
    app = sf.mdapi.ConnectedApp(fullName=APP, contactEmail="ana@example.com", label="Mine")
    with pytest.raises(Exception, match="INVALID_CROSS_REFERENCE_KEY, no ConnectedApp named"):
        sf.mdapi.ConnectedApp.update([app])


def test_types_are_described(sf: Salesforce) -> None:
    described = sf.mdapi.describe_metadata()
    assert {"ConnectedApp", "PermissionSet", "Profile"} <= {
        each.xmlName for each in described.metadataObjects
    }
