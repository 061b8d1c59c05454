"""Secrets at rest: encrypted in the database, opened only where they are used."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Unreadable(Exception):
    """The secret was encrypted with a key that is no longer among `TOKEN_KEYS`."""


class Secret:
    """A text that shows itself to nobody: not in repr, str, a template, a log or an admin page."""

    __slots__ = ("_cipher", "_plain")

    def __init__(self, plain: str = "", *, cipher: str = "") -> None:
        self._plain = plain
        self._cipher = cipher

    def reveal(self) -> str:
        """The text itself; raises `Unreadable` when no key opens it."""
        if self._cipher and not self._plain:
            try:
                self._plain = _fernet(tuple(settings.TOKEN_KEYS)).decrypt(self._cipher.encode()).decode()
            except InvalidToken:
                raise Unreadable("No key in TOKEN_KEYS opens this secret.") from None
        return self._plain

    def sealed(self) -> str:
        """What is stored: encrypted with the first key; empty stays empty."""
        if not self._cipher and self._plain:
            self._cipher = _fernet(tuple(settings.TOKEN_KEYS)).encrypt(self._plain.encode()).decode()
        return self._cipher

    def resealed(self) -> Secret:
        """The same text, encrypted with today's first key."""
        return Secret(self.reveal())

    def __bool__(self) -> bool:
        return bool(self._plain or self._cipher)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.reveal() == other.reveal()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "Secret(***)" if self else "Secret()"

    def __str__(self) -> str:
        return "***" if self else ""

    def __reduce__(self) -> Any:
        return (_from_cipher, (self.sealed(),))  # a pickle or a copy never holds the plain text


def _from_cipher(cipher: str) -> Secret:
    return Secret(cipher=cipher)


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


if TYPE_CHECKING:
    _Base = models.TextField[str | Secret, Secret]
else:
    _Base = models.TextField  # is not subscriptable when it runs


class SecretField(_Base):
    """Takes a str or a `Secret`, gives a `Secret`. Can't be searched, never in a form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        kwargs["blank"] = True
        kwargs["default"] = ""
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for key in ("editable", "blank", "default"):
            kwargs.pop(key, None)
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Secret:
        return Secret(cipher=value or "")

    def to_python(self, value: Any) -> Secret:
        return value if isinstance(value, Secret) else Secret(value or "")

    def get_prep_value(self, value: object) -> str:
        return self.to_python(value).sealed()

    def value_to_string(self, obj: models.Model) -> str:
        return ""  # a dump of the database for a fixture carries no secret

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _Wrapping(self))


class _Wrapping:
    """So that a plain str assigned in memory can't be shown either."""

    def __init__(self, field: SecretField) -> None:
        self._field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> object:
        if instance is None:
            return self
        name = self._field.attname
        if name not in instance.__dict__:  # deferred
            instance.refresh_from_db(fields=[name])
        return instance.__dict__[name]

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self._field.attname] = self._field.to_python(value)
