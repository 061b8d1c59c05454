"""Whatever goes wrong in a process, each of its lines is JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from config.paths import BASE_DIR

TROUBLE = """
import os, sys, threading, warnings
from config.logs import process
process.begin()
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
process.take_prints()
warnings.warn("it is old")
print("from a library\\nin two lines")
def fail():
    raise ValueError("in a thread")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
class Bad:
    def __del__(self):
        raise ValueError("as it goes")
Bad()
raise ValueError("nobody caught it, access_token=f4ke")
"""


def lines_of(*command: str, **env: str) -> tuple[int, list[dict[str, str]]]:
    done = subprocess.run(
        [sys.executable, *command], cwd=BASE_DIR, env={**os.environ, **env}, capture_output=True, text=True
    )
    return done.returncode, [json.loads(line) for line in done.stderr.splitlines()]


def test_what_nobody_catches_or_a_library_prints_is_a_line_too() -> None:
    code, lines = lines_of("-c", TROUBLE)
    assert code == 1
    said = [f"{line['message']} {line.get('traceback', '')}" for line in lines]
    assert len(said) == 5
    words = ["it is old", "from a library\nin two", "in a thread", "as it goes", "nobody caught it"]
    assert all(each in line for each, line in zip(words, said, strict=True))
    assert "f4ke" not in said[-1]


def test_a_command_that_fails_leaves_one_line() -> None:
    nowhere = "postgres://guide:a-secret@127.0.0.1:1/guide"
    code, lines = lines_of("manage.py", "migrate", "--verbosity", "0", DATABASE_URL=nowhere)
    assert code == 1
    assert [line["level"] for line in lines if "traceback" in line] == ["critical"]
    assert "a-secret" not in str(lines)


def test_a_level_that_does_not_exist_is_refused_in_plain_words() -> None:
    code, lines = lines_of("-m", "config.serve", "beat", LOG_LEVEL="LOUD")
    assert code == os.EX_CONFIG
    assert [line["message"] for line in lines] == [
        "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, not 'LOUD'."
    ]
