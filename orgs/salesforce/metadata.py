"""Reading metadata over SOAP (fact sheet, section 9): list and read, nothing else.

For the optional probe only: for installed apps readMetadata usually answers nil, so a
missing component is a normal answer here, not an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from orgs.salesforce.client import Client
from orgs.salesforce.soap import NAMESPACE, XSI, local_name, parse_xml, session_envelope

_MAX_NAMES = 10


def list_metadata(client: Client, kind: str) -> list[dict[str, str]]:
    """The file properties of every component of `kind`: fullName, id, namespacePrefix..."""
    inner = (
        f'<listMetadata xmlns="{NAMESPACE}"><queries><type>{escape(kind)}</type></queries>'
        f"<asOfVersion>{escape(client.api_version)}</asOfVersion></listMetadata>"
    )
    return [
        {local_name(field): (field.text or "") for field in result}
        for result in _results(client.soap(session_envelope(inner)))
    ]


def read_metadata(client: Client, kind: str, names: Sequence[str]) -> dict[str, dict[str, Any] | None]:
    """Full name -> the component as nested dictionaries, or None where Salesforce gave nil."""
    if not 0 < len(names) <= _MAX_NAMES:
        raise ValueError(f"readMetadata takes 1 to {_MAX_NAMES} names, not {len(names)}")
    inner = (
        f'<readMetadata xmlns="{NAMESPACE}"><type>{escape(kind)}</type>'
        + "".join(f"<fullNames>{escape(name)}</fullNames>" for name in names)
        + "</readMetadata>"
    )
    found: dict[str, dict[str, Any] | None] = dict.fromkeys(names)
    for result in _results(client.soap(session_envelope(inner))):
        for record in result:
            value = _value(record)
            if record.get(f"{{{XSI}}}nil") != "true" and isinstance(value, dict) and "fullName" in value:
                found[str(value["fullName"])] = value
    return found


def _results(content: bytes) -> list[Element]:
    root = parse_xml(content)
    return [element for element in root.iter() if local_name(element) == "result"]


def _value(element: Element) -> str | dict[str, Any]:
    """Text for a leaf; a dictionary for the rest, with a list where a name repeats."""
    if not len(element):
        return element.text or ""
    values: dict[str, Any] = {}
    for child in element:
        name, value = local_name(child), _value(child)
        if name not in values:
            values[name] = value
        elif isinstance(values[name], list):
            values[name].append(value)
        else:
            values[name] = [values[name], value]
    return values
