"""Reads of a request what a rule may ask: its kinds, its objects, its org."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, unquote

from simulator.faults.passing import Passing
from simulator.org.rows import EVERYTHING
from simulator.world import World

Environ = dict[str, Any]

_FROM = re.compile(r"\bFROM\s+(\w+)", re.IGNORECASE)
_IN_PATH = re.compile(r"sobjects/(\w+)")
_TYPE = re.compile(r'"type"\s*:\s*"(\w+)"')
_SESSION = re.compile(r"<(?:\w+:)?sessionId>([^<]+)<")
_REST = re.compile(r"/services/data/v\d+\.\d+/?(.*)")
_BY_PATH = (
    ("/services/oauth2/token", "token"),
    ("/services/oauth2/authorize", "authorize"),
    ("/services/oauth2/revoke", "revoke"),
    ("/services/oauth2/userinfo", "userinfo"),
    ("/id/", "identity"),
    ("/services/Soap/", "soap"),
)
_BY_RESOURCE = (
    (r"query(All)?(/.*)?", "query"),
    (r"composite/sobjects.*", "collections"),
    (r"(tooling/)?composite", "composite"),
    (r"sobjects/\w+/describe", "describe"),
    (r"sobjects(/.*)?", "record"),
    (r"limits", "limits"),
)


def look(environ: Environ, world: World) -> Passing:
    """Read the request; its body can be read again afterwards."""
    body = _body(environ).decode("utf-8", "replace")
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    form = _form(environ, body)
    kinds = _kinds(method, path, body, form)
    token = _token(environ, body) if "soap" in kinds or path.startswith("/services/") else ""
    return Passing(
        method,
        path,
        kinds,
        _sobjects(path, unquote(environ.get("QUERY_STRING", "").replace("+", " ")), body),
        _org_id(world, token, form, environ),
        token,
        form,
    )


def _body(environ: Environ) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = BytesIO(body)
    return body


def _form(environ: Environ, body: str) -> dict[str, str]:
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return {key: values[0] for key, values in parse_qs(body).items()}


def _kinds(method: str, path: str, body: str, form: dict[str, str]) -> frozenset[str]:
    for start, kind in _BY_PATH:
        if path.startswith(start):
            return frozenset({kind} | _more(kind, form))
    if path.rstrip("/") == "/services/data":
        return frozenset({"versions", "read"})
    rest = _REST.fullmatch(path)
    return frozenset({"rest"} | _rest_kinds(method, rest[1], body)) if rest else frozenset({"page"})


def _more(kind: str, form: dict[str, str]) -> set[str]:
    if kind == "token":
        return {"refresh"} if form.get("grant_type") == "refresh_token" else {"code"}
    return {"read"} if kind in ("soap", "userinfo", "identity") else set()


def _rest_kinds(method: str, resource: str, body: str) -> set[str]:
    found = set()
    if resource.startswith("tooling/"):
        found.add("tooling")
        resource = resource.removeprefix("tooling/")
    kind = next((name for pattern, name in _BY_RESOURCE if re.fullmatch(pattern, resource.strip("/"))), None)
    if kind:
        found.add(kind)
    reads = _only_reads(body) if kind == "composite" else method in ("GET", "HEAD")
    return found | {"read" if reads else "write"}


def _only_reads(body: str) -> bool:
    try:
        wanted = json.loads(body)["compositeRequest"]
        return all(str(each["method"]).upper() == "GET" for each in wanted)
    except (ValueError, TypeError, KeyError):
        return False  # the org will refuse it; nobody knows what it was


def _sobjects(path: str, query: str, body: str) -> frozenset[str]:
    text = f"{path} {query} {unquote(body)}"
    found = {*_FROM.findall(text), *_IN_PATH.findall(text), *_TYPE.findall(body)}
    for record_id in re.findall(r"\b\w{18}\b", query):
        if kind := EVERYTHING.of_id(record_id):
            found.add(kind.name)
    return frozenset(name.lower() for name in found)


def _token(environ: Environ, body: str) -> str:
    if found := _SESSION.search(body):
        return found[1]
    return str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")[2].strip()


def _org_id(world: World, token: str, form: dict[str, str], environ: Environ) -> str:
    with world.lock:
        if known := world.tokens.get(token):
            return known.org_id
        for shelf, name in (("refresh_tokens", "refresh_token"), ("codes", "code")):
            if entry := world.extra.get(shelf, {}).get(form.get(name, "")):
                return str(entry["org_id"])
        if found := re.search(r"(?:^|;\s*)sid=([^;]+)", environ.get("HTTP_COOKIE", "")):
            session = world.tokens.get(unquote(found[1]).strip('"'))
            return session.org_id if session else ""
    return ""
