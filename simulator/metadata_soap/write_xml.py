"""Writing the answers: a value tree as XML, every text escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
)


def element(name: str, value: object) -> str:
    """A list repeats the element; None leaves it out; a mapping nests in its own order."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        inner = "".join(element(key, each) for key, each in value.items())
        return f"<{name}>{inner}</{name}>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(element(name, each) for each in value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(text)}</{name}>"


def record(type_name: str, value: Mapping[str, object] | None) -> str:
    """One `records` element of readMetadata; a component that can't be read is nil."""
    if value is None:
        return '<records xsi:nil="true"/>'
    inner = "".join(element(key, each) for key, each in value.items())
    return f'<records xsi:type="{type_name}">{inner}</records>'


def answer(operation: str, inner: str) -> str:
    return (
        f'{_HEAD}xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
        f"<{operation}Response>{inner}</{operation}Response></soapenv:Body></soapenv:Envelope>"
    )


def fault(code: str, message: str) -> str:
    text = escape(f"{code}: {message}")
    return (
        f'{_HEAD}xmlns:sf="{NAMESPACE}"><soapenv:Body><soapenv:Fault>'
        f"<faultcode>sf:{escape(code)}</faultcode><faultstring>{text}</faultstring>"
        "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )
