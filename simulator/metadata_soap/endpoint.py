"""`/services/Soap/m/{version}[/{org}]`: takes the envelope, answers or faults."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from flask import Blueprint, request
from werkzeug.wrappers import Response

from simulator.errors import ApiError
from simulator.ids import to18
from simulator.metadata_soap import deploying
from simulator.metadata_soap.components import KINDS, Kind, file_properties
from simulator.metadata_soap.safe_xml import BadXml, child, local, parse, texts
from simulator.metadata_soap.write_xml import answer, element, fault, record
from simulator.org.rights import has_right
from simulator.org.store import Org
from simulator.web.caller import admit
from simulator.web.context import world

_MOST_NAMES = 10  # of readMetadata
_MOST_QUERIES = 3  # of listMetadata
blueprint = Blueprint("metadata_soap", __name__)


class SoapFault(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@blueprint.post("/services/Soap/m/<version>", strict_slashes=False)  # simple-salesforce ends it with one
@blueprint.post("/services/Soap/m/<version>/<org_id>", strict_slashes=False)
def metadata(version: str, org_id: str = "") -> Response:
    with world().lock:
        try:
            return _xml(_answer(org_id), 200)
        except SoapFault as problem:
            return _xml(fault(problem.code, problem.message), 500)
        except ApiError as error:
            return _xml(fault(error.code, _words(error)), 500)
        except BadXml as error:
            return _xml(fault("MALFORMED_REQUEST", str(error)), 500)


@blueprint.post("/services/Soap/<api>/<path:rest>")
def other_api(api: str, rest: str) -> Response:
    """The enterprise, partner, Tooling and Apex APIs."""
    return _xml(fault("INVALID_OPERATION", f"the SOAP API {api} is not modelled by the stand-in"), 500)


def _xml(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/xml;charset=UTF-8")


def _words(error: ApiError) -> str:
    if error.code == "INVALID_SESSION_ID":
        return "Invalid Session ID found in SessionHeader: Illegal Session"
    return error.message


def _answer(org_id: str) -> str:
    envelope = parse(request.get_data())
    body = child(envelope, "Body")
    if local(envelope) != "Envelope" or body is None or len(body) != 1:
        raise BadXml("a SOAP envelope with one operation is expected")
    org, user_id = _admitted(envelope, org_id)
    name = local(body[0])
    if name not in _OPERATIONS:
        raise SoapFault("INVALID_OPERATION", f"the operation {name} is not modelled by the stand-in")
    return answer(name, _OPERATIONS[name](org, user_id, body[0]))


def _admitted(envelope: Element, org_id: str) -> tuple[Org, str]:
    session = child(child(envelope, "Header"), "SessionHeader")
    token = (texts(session, "sessionId") or [""])[0] if session is not None else ""
    org, user_id = admit(token)
    if org_id and to18(org_id) != org.id:
        raise ApiError("INVALID_SESSION_ID", "", status=401)
    if not org.switches.api_enabled:
        raise SoapFault("API_DISABLED_FOR_ORG", "The API is not enabled for this Organization.")
    if not has_right(org, user_id, "ApiEnabled"):
        raise SoapFault("API_CURRENTLY_DISABLED", "API is disabled for this User")
    if not has_right(org, user_id, "ModifyMetadata", "ModifyAllData"):
        text = "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions"
        raise SoapFault("INSUFFICIENT_ACCESS", text)
    return org, user_id


def _list(org: Org, _user_id: str, operation: Element) -> str:
    queries = [each for each in operation if local(each) == "queries"]
    if len(queries) > _MOST_QUERIES:
        raise SoapFault("EXCEEDED_ID_LIMIT", f"at most {_MOST_QUERIES} queries")
    kinds = [_kind(name) for query in queries for name in texts(query, "type")]
    found = [file_properties(org, kind, each) for kind in kinds for each in kind.of(org)]
    return element("result", found)


def _read(org: Org, _user_id: str, operation: Element) -> str:
    kind = _kind((texts(operation, "type") or [""])[0])
    names = texts(operation, "fullNames")
    if len(names) > _MOST_NAMES:
        text = f"record limit reached. cannot submit more than {_MOST_NAMES} records"
        raise SoapFault("EXCEEDED_ID_LIMIT", text)
    known = {each.full_name: each for each in kind.of(org)}
    records = [record(kind.name, known[name].read() if name in known else None) for name in names]
    return f"<result>{''.join(records)}</result>"


def _kind(name: str) -> Kind:
    kind = KINDS.get(name)
    if kind is None:
        raise SoapFault("INVALID_TYPE", f"Unknown type:{name} (the stand-in models {', '.join(KINDS)} only)")
    return kind


_OPERATIONS: dict[str, Callable[[Org, str, Element], str]] = {
    "listMetadata": _list,
    "readMetadata": _read,
    "deploy": deploying.deploy,
    "checkDeployStatus": deploying.check_status,
}
