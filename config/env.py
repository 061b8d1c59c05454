"""Reading settings from environment variables, and saying in plain words which are missing."""

from __future__ import annotations

import re
import ssl
from collections.abc import Collection, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FALSE = frozenset({"", "0", "false", "no", "off"})

# What each variable is for and how to make a value: shown when it is missing.
HOW_TO_MAKE = {
    "SECRET_KEY": "python -c 'import secrets; print(secrets.token_urlsafe(50))'",
    "TOKEN_KEYS": (
        "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
    ),
    "ALLOWED_HOSTS": "export ALLOWED_HOSTS=guide.example.com",
    "PUBLIC_URL": "export PUBLIC_URL=https://guide.example.com",
    "DATABASE_URL": "export DATABASE_URL=postgres://user:password@host:5432/name",
    "REDIS_URL": "export REDIS_URL=redis://host:6379/0",
    "HTTPS_PROXY": "export HTTPS_PROXY=http://proxy.example.com:3128",
}


#: For libpq. An address may say otherwise in its query.
DATABASE_LIMITS: Mapping[str, object] = {
    "connect_timeout": "5",
    "tcp_user_timeout": "20000",
    "keepalives_idle": "30",
    "keepalives_interval": "5",
    "keepalives_count": "3",
}


class Environment:
    """The environment, with typed readers. Collects what is missing instead of stopping at the first."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._missing: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, "").strip() or default

    def flag(self, name: str, default: bool = False) -> bool:
        if name not in self._values:
            return default
        value = self._values[name].strip().lower()
        if value in TRUE:
            return True
        if value in FALSE:
            return False
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")

    def number(self, name: str, default: int, least: int = 0) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit():
            raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
        if int(value) < least:
            raise ImproperlyConfigured(f"{name} must be at least {least}, not {value}.")
        return int(value)

    def level(self, name: str, default: str) -> str:
        value = self.text(name, default).upper()
        if value not in LOG_LEVELS:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(LOG_LEVELS)}, not {value!r}.")
        return value

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def required(self, name: str, tryout: str | None) -> str:
        """The value, or the try-out's own one, or an empty string that `refuse_if_missing` reports."""
        value = self.text(name, tryout or "")
        if not value:
            self._missing.append(name)
        return value

    def refuse_if_missing(self) -> None:
        if not self._missing:
            return
        lines = ["Connect Guide does not start: these environment variables are missing."]
        lines += [f"  {name}   make one with: {HOW_TO_MAKE[name]}" for name in self._missing]
        lines.append("To try it out on this machine only, use `make run`; for a bare command set DEBUG=1.")
        raise ImproperlyConfigured("\n".join(lines))


def networks(name: str, words: Sequence[str]) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(word) for word in words]
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} must be networks such as 10.20.0.0/16, with commas between, not {','.join(words)!r}."
        ) from None


def server(name: str, url: str, schemes: Collection[str]) -> SplitResult:
    """The address of a server, or a refusal that shows nothing of it: it may hold a password."""
    wanted = " or ".join(f"{scheme}://" for scheme in schemes)
    example = HOW_TO_MAKE[name].partition("=")[2]
    if url.partition("://")[0] not in schemes or "://" not in url:
        raise ImproperlyConfigured(f"{name} must start with {wanted}, such as {example}.")
    reserved = ImproperlyConfigured(
        f"{name} can't be read. A user name or password with one of # / ? @ : [ ] % or a blank needs it "
        f"percent-encoded, such as %23 for #: python -c 'from urllib.parse import quote; "
        f'print(quote(input(), safe=""))\'. The address looks like {example}.'
    )
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where a part of a password stands in its place
        unquote(url, errors="strict")  # or where a % with two letters of a password is no character
    except ValueError:
        raise reserved from None
    after_host = parts.path + parts.query
    if "#" in url or "@" in after_host or re.search(r"\s|%(?![0-9A-Fa-f]{2})", url) or "/" in parts.netloc:
        raise reserved
    return parts


def database(url: str, authority: str = "") -> dict[str, object]:
    """Django's database settings for `postgres://user:password@host:port/name?host=/socket/folder`.

    What else libpq knows stands in the query too, such as `sslmode=verify-full`, with `sslcert` and `sslkey`.
    """
    parts = server("DATABASE_URL", url, ("postgres", "postgresql"))
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or unquote(parts.hostname or "")
    port = query.pop("port", None) or (str(parts.port) if parts.port else "")
    if query.get("sslmode", "").startswith("verify-"):
        # By itself libpq looks for one in the home that we don't have.
        query.setdefault("sslrootcert", authority or "system")
    return {
        "ENGINE": "config.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": {**DATABASE_LIMITS, **query},
    }


def redis_tls(url: str, authority: str, client: str = "") -> dict[str, object]:
    """What a `rediss://` address means for every client of ours: its certificate is checked, always.

    Left to themselves, kombu would check nothing, and redis-py whatever the address says.
    """
    parts = server("REDIS_URL", url, ("redis", "rediss"))
    if any(key.startswith("ssl_") for key in parse_qs(parts.query, keep_blank_values=True)):
        raise ImproperlyConfigured(
            "REDIS_URL must not have ssl_ settings: the certificate of a rediss:// server is always checked. "
            "Name the file of a private authority in REDIS_CA_FILE."
        )
    if parts.scheme == "redis":
        return {}
    checked = {"ssl_cert_reqs": "required", "ssl_check_hostname": True, "ssl_ca_certs": authority or None}
    return checked | ({"ssl_certfile": client, "ssl_keyfile": client} if client else {})


def pem_file(name: str, file: str, *, private: bool = False) -> str:
    """Certificates of authorities, or a `private` key with its own. Looked at now, not at the first call."""
    if not file:
        return ""
    what = "a private key and its certificate" if private else "the certificate of an authority"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # without the system's authorities, which take a while
    try:
        if private:
            context.load_cert_chain(file)
        else:
            context.load_verify_locations(file)
    except (OSError, ValueError):  # no such file, or nothing of that in it
        raise ImproperlyConfigured(f"{name} must name a file with {what} (PEM): {file!r} is none.") from None
    return file


def origin(name: str, url: str) -> str:
    """`url` as an origin (scheme, host, port), or a refusal that names the variable."""
    shown = "another address" if "@" in url else repr(url)  # it may hold a password
    refused = ImproperlyConfigured(
        f"{name} must be an origin such as https://guide.example.com, not {shown}."
    )
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise refused from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise refused
    return f"{parts.scheme}://{parts.netloc}"


def origin_and_client(name: str, url: str) -> tuple[str, tuple[str, str] | None]:
    """An origin, and the client id and secret that stand before it, percent-encoded, if any."""
    scheme, _, rest = url.partition("://")
    given, at, host = rest.rpartition("@")
    if not at:
        return origin(name, url), None
    client, colon, secret = given.partition(":")
    refused = ImproperlyConfigured(f"{name} must name a client as in https://id:secret@host.")
    if not (client and secret) or not colon:
        raise refused
    try:
        pair = unquote(client, errors="strict"), unquote(secret, errors="strict")
    except ValueError:
        raise refused from None
    return origin(name, f"{scheme}://{host}"), pair


def origin_of(url: str) -> str:
    """The origin of an address that has a path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_loopback(url: str) -> bool:
    """Whether only this machine can reach `url`."""
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


def fernet_keys(name: str, keys: Sequence[str]) -> None:
    """Refuse a key that could encrypt nothing, now and not at the first sign-in. The key is not shown."""
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(
                f"Key {number} of {name} is no Fernet key. Make one with: {HOW_TO_MAKE[name]}"
            ) from None
