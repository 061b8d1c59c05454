"""Reading settings from environment variables, and saying in plain words which are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, unquote, urlsplit

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


def database(url: str) -> dict[str, object]:
    """Django's database settings for `postgres://user:password@host:port/name?host=/socket/folder`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL must start with postgres:// ({parts.scheme or 'nothing'}:// was given)."
        )
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or unquote(parts.hostname or "")
    port = query.pop("port", None) or (str(parts.port) if parts.port else "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": query,
    }


def origin(name: str, url: str) -> str:
    """`url` as an origin (scheme, host, port), or a refusal that names the variable."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ImproperlyConfigured(
            f"{name} must be an origin such as https://guide.example.com, not {url!r}."
        )
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
