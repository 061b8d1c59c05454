"""SOAP envelopes and faults, with the standard library's parser and no document types."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat
from xml.sax.saxutils import escape

from orgs.salesforce.errors import Refused, SalesforceError, error_for

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def session_envelope(inner: str) -> Callable[[str], bytes]:
    def with_token(token: str) -> bytes:
        return (
            '<?xml version="1.0" encoding="utf-8"?>'
            '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
            f'<soapenv:Header><SessionHeader xmlns="{NAMESPACE}"><sessionId>{escape(token)}</sessionId>'
            f"</SessionHeader></soapenv:Header><soapenv:Body>{inner}</soapenv:Body></soapenv:Envelope>"
        ).encode()

    return with_token


def fault_of(content: bytes) -> SalesforceError | None:
    """The error of a SOAP fault, or None when `content` is no fault."""
    try:
        root = parse_xml(content)
    except Refused:
        return None
    texts = {local_name(element): (element.text or "").strip() for element in root.iter()}
    if "faultcode" not in texts:
        return None
    code = texts["faultcode"].rpartition(":")[2]
    # A fault is HTTP 500 whatever it says; 400 keeps a refusal from looking temporary.
    return error_for(400, code, texts.get("faultstring", ""))


def parse_xml(content: bytes) -> Element:
    """Parse, refusing document types: no entities, no external files, no bombs."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")

    def refuse(*_: object) -> None:
        raise Refused("UNREADABLE_ANSWER", "XML with a document type is refused.")

    def start(name: str, attributes: dict[str, str]) -> None:
        builder.start(_tag(name), {_tag(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        builder.end(_tag(name))

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise Refused("UNREADABLE_ANSWER", "The answer is not valid XML.") from None
    return builder.close()


def local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _tag(name: str) -> str:
    return "{" + name if "}" in name else name
