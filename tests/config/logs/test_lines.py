from __future__ import annotations

import json
import logging

import pytest

from config.logs.lines import OneLine, without_secrets

TOKEN = "00D5g000007abcd!AQwAQPzQ.f4ke_token_value"


def line(message: str, *args: object, error: BaseException | None = None) -> dict[str, str]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("wizard", logging.ERROR, __file__, 1, message, args, info)
    text = OneLine().format(record)
    assert "\n" not in text
    parsed: dict[str, str] = json.loads(text)
    return parsed


def test_a_record_is_one_line_of_json():
    found = line("two\nlines of %s", "text")
    assert found["message"] == "two\nlines of text"
    assert found["level"] == "error"


@pytest.mark.parametrize(
    "text",
    [
        f"token {TOKEN} seen",
        f"Authorization: Bearer {TOKEN}",
        f"access_token={TOKEN}&x=1",
        f'{{"refresh_token": "{TOKEN}"}}',
        f"GET /orgs/callback/?code={TOKEN}&state=x",
        f"client_secret={TOKEN}",
        f"sid={TOKEN}",
        "Gone: /guest/f4ke_Ab-cd1234567890/",
        "Forbidden (CSRF token missing.): /team/join/f4ke_Ab-cd1234567890/",
    ],
)
def test_a_secret_never_gets_into_a_line(text):
    assert TOKEN not in without_secrets(text)
    assert "f4ke" not in without_secrets(text)


def test_a_secret_in_a_traceback_is_removed_too():
    try:
        raise ValueError(f"refused: {TOKEN}")
    except ValueError as error:
        found = line("it failed", error=error)
    assert "ValueError" in found["traceback"]
    assert TOKEN not in found["traceback"]


def test_ordinary_words_stay():
    text = "job 12 of setup 3 ended with errorCode: UNABLE_TO_LOCK_ROW"
    assert without_secrets(text) == text
