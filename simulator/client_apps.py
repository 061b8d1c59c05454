"""The apps that may sign in: our own, Salesforce's command line, and what somebody registers here."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from simulator.clock import parse, stamp
from simulator.world import World

# Our External Client App as the stand-in knows it.
CLIENT_ID = "connect-guide-stand-in"
CLIENT_SECRET = "stand-in-secret"
APP_LABEL = "Connect Guide"
_KEY = "3MVG9"  # every Consumer Key of Salesforce's begins so
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class BadApp(ValueError):
    """Why an app can't be registered so, in the words of Salesforce's form where they are known."""


@dataclass(frozen=True)
class ClientApp:
    """`secret` is empty for a public client; `org_id` is empty where every org has the app."""

    client_id: str
    label: str
    secret: str = ""
    callbacks: tuple[str, ...] = ()
    pkce_required: bool = True
    org_id: str = ""
    ready_at: str = ""  # until then nobody knows it (section 7c: two to ten minutes)

    @property
    def registered(self) -> bool:
        """Whether somebody registered it here."""
        return self.client_id.startswith(_KEY)

    @property
    def is_ours(self) -> bool:
        return self.client_id == CLIENT_ID

    def takes(self, callback: str) -> bool:
        """Salesforce compares whole addresses; ours is any loopback one, its port isn't known beforehand."""
        return _is_our_callback(callback) if self.is_ours else callback in self.callbacks


OURS = ClientApp(CLIENT_ID, APP_LABEL, CLIENT_SECRET)
# In every org, without a secret; its callback and its missing method are in Salesforce's own source.
COMMAND_LINE = ClientApp(
    "PlatformCLI", "Salesforce CLI", callbacks=("http://localhost:1717/OauthRedirect",), pkce_required=False
)


def find(world: World, client_id: str) -> ClientApp | None:
    """The app of this client id, once it can be used."""
    app = next((each for each in every(world) if each.client_id == client_id), None)
    if app is None or (app.ready_at and parse(app.ready_at) > world.clock.now()):
        return None
    return app


def label_of(world: World, client_id: str) -> str:
    app = find(world, client_id)
    return app.label if app else APP_LABEL


def seconds_until_ready(world: World, app: ClientApp) -> int:
    return max(0, ceil((parse(app.ready_at) - world.clock.now()).total_seconds())) if app.ready_at else 0


def every(world: World) -> Iterator[ClientApp]:
    yield from (OURS, COMMAND_LINE)
    yield from registered(world)


def registered(world: World) -> list[ClientApp]:
    return [_read(values) for values in _kept(world).values()]


def register(world: World, wanted: Mapping[str, Any]) -> ClientApp:
    """**Create** in External Client App Manager: a key and a secret for a name and its callbacks."""
    app = ClientApp(
        client_id=_KEY + secrets.token_urlsafe(60).replace("-", "."),
        label=_label(wanted.get("label")),
        secret="" if wanted.get("public") else new_secret(),
        callbacks=_callbacks(wanted.get("callbacks")),
        pkce_required=bool(wanted.get("pkce_required", True)),
        org_id=_org_id(world, wanted.get("org_id", "")),
        ready_at=_ready_at(world, wanted.get("ready_in_seconds", 0)),
    )
    _keep(world, app)
    return app


def rotate_secret(world: World, client_id: str) -> str:
    """A new secret, which ends the old one at once; KeyError for an app that nobody registered."""
    values = _kept(world)[client_id]
    values["secret"] = new_secret()
    world.changed = True
    return str(values["secret"])


def remove(world: World, client_id: str) -> None:
    del _kept(world)[client_id]
    world.changed = True


def new_secret() -> str:
    return secrets.token_hex(32).upper()


def _kept(world: World) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = world.extra.setdefault("client_apps", {})
    return found


def _keep(world: World, app: ClientApp) -> None:
    _kept(world)[app.client_id] = asdict(app)
    world.changed = True


def _read(values: dict[str, Any]) -> ClientApp:
    return ClientApp(**values | {"callbacks": tuple(values["callbacks"])})


def _label(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= 80:
        raise BadApp("label is text of at most 80 characters")
    return value.strip()


def _callbacks(value: Any) -> tuple[str, ...]:
    """Plain http is taken for `localhost` only (N12)."""
    wanted = value.split() if isinstance(value, str) else value
    if not isinstance(wanted, list) or not wanted or not all(isinstance(each, str) for each in wanted):
        raise BadApp("callbacks is a list of addresses")
    for each in wanted:
        _check_callback(each)
    return tuple(wanted)


def _check_callback(address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError:
        raise BadApp(f"not an address: {address}") from None
    if not parts.scheme or parts.fragment or (parts.scheme in ("http", "https") and not parts.hostname):
        raise BadApp(f"not an address: {address}")
    if parts.scheme == "http" and parts.hostname != "localhost":
        raise BadApp(f"Cannot be an HTTP URL: {address}")


def _org_id(world: World, value: Any) -> str:
    if value and value not in world.orgs:
        raise BadApp(f"no such org: {value}")
    return str(value)


def _ready_at(world: World, seconds: Any) -> str:
    if isinstance(seconds, str) and seconds.strip().isdecimal():
        seconds = int(seconds)  # of the form
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= 86_400:
        raise BadApp("ready_in_seconds is a whole number up to 86400")
    return stamp(world.clock.now() + timedelta(seconds=seconds)) if seconds else ""


def _is_our_callback(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:  # "http://[::1": not an address
        return False
    return (
        parts.scheme in ("http", "https")
        and host in _LOOPBACK
        and parts.path.endswith("/orgs/callback/")
        and not parts.query
        and not parts.fragment
        and "@" not in parts.netloc
    )
