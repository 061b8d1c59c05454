"""Errors as the REST API words them: a JSON array of message, errorCode and fields."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal. `status` is the HTTP status it travels with when it stands alone."""

    def __init__(
        self, code: str, message: str, fields: tuple[str, ...] | list[str] | None = None, status: int = 400
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fields = list(fields) if fields is not None else None
        self.status = status

    def body(self) -> list[dict[str, Any]]:
        """The array that an ordinary REST answer carries."""
        error: dict[str, object] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            error["fields"] = self.fields
        return [error]

    def row(self) -> dict[str, Any]:
        """The shape inside a collections answer, where the code is called statusCode."""
        return {"statusCode": self.code, "message": self.message, "fields": self.fields or []}


def not_found() -> ApiError:
    return ApiError("NOT_FOUND", "The requested resource does not exist", status=404)


def not_modelled(what: str) -> ApiError:
    """Salesforce has it, the stand-in has not: the code that a client knows, and the truth in words."""
    text = f"The requested resource does not exist: {what} is not modelled by the stand-in"
    return ApiError("NOT_FOUND", text, status=404)


def session_expired() -> ApiError:
    return ApiError("INVALID_SESSION_ID", "Session expired or invalid", status=401)
