"""Reading settings from environment variables, and saying in plain words which are missing."""

from __future__ import annotations

import re
import ssl
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
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

    def number(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit():
            raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
        return int(value)

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
    except ValueError:
        raise reserved from None
    after_host = parts.path + parts.query
    if "#" in url or "@" in after_host or re.search(r"\s|%(?![0-9A-Fa-f]{2})", url) or "/" in parts.netloc:
        raise reserved
    return parts


def database(url: str) -> dict[str, object]:
    """Django's database settings for `postgres://user:password@host:port/name?host=/socket/folder`."""
    parts = server("DATABASE_URL", url, ("postgres", "postgresql"))
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or unquote(parts.hostname or "")
    port = query.pop("port", None) or (str(parts.port) if parts.port else "")
    return {
        "ENGINE": "config.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": {**DATABASE_LIMITS, **query},
    }


def redis_tls(url: str, authority: str) -> dict[str, object]:
    """What a `rediss://` address means for every client of ours: its certificate is checked, always.

    Left to themselves, kombu would check nothing, and redis-py whatever the address says.
    """
    parts = server("REDIS_URL", url, ("redis", "rediss"))
    if any(key.startswith("ssl_") for key in parse_qs(parts.query, keep_blank_values=True)):
        raise ImproperlyConfigured(
            "REDIS_URL must not have ssl_ settings: the certificate of a rediss:// server is always checked. "
            "Name the file of a private authority in REDIS_CA_FILE."
        )
    if authority:
        _check_authority(authority)
    if parts.scheme == "redis":
        return {}
    return {"ssl_cert_reqs": "required", "ssl_check_hostname": True, "ssl_ca_certs": authority or None}


def _check_authority(file: str) -> None:
    """Now, and not when the first message is lost."""
    try:
        ssl.create_default_context(cafile=file)
    except (OSError, ValueError):  # no such file, or no certificate in it
        raise ImproperlyConfigured(
            f"REDIS_CA_FILE must name a file with the certificate of an authority (PEM): {file!r} is none."
        ) from None


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
