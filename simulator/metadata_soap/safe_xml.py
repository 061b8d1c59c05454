"""Reading XML that somebody sent: no document type, so no entities, no files, no expansion."""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

MAX_BYTES = 1_000_000


class BadXml(ValueError):
    """Not well-formed, or with things in it that no SOAP message may have."""


def parse(raw: bytes) -> Element:
    """The root element; names are `{namespace}local`."""
    if len(raw) > MAX_BYTES:
        raise BadXml("the message is too long")
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attrs: builder.start(
        _name(name), {_name(k): v for k, v in attrs.items()}
    )
    parser.EndElementHandler = lambda name: builder.end(_name(name))
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise BadXml(str(error)) from error
    return builder.close()


def _refuse(*_declaration: object) -> None:
    raise BadXml("a document type declaration is not allowed")


def _name(name: str) -> str:
    return "{" + name if "}" in name else name


def local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that local name."""
    return next((each for each in element if local(each) == name), None) if element is not None else None


def texts(element: Element, name: str) -> list[str]:
    return [(each.text or "").strip() for each in element if local(each) == name]
