"""Every command that a document tells somebody to type."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from config.paths import BASE_DIR

# Not the changelog: it may name what was there once.
DOCUMENTS = [BASE_DIR / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY")]
DOCUMENTS += sorted((BASE_DIR / "docs").rglob("*.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)
#: What begins a command inside a sentence; elsewhere than in a block of `sh` most code is no command.
PROGRAM = re.compile(
    r"(?:[A-Z_]+=\S+ )*"
    r"(?:make [a-z]|(?:\S*/)?python3? |deploy/\w+$|docker \w|pip \w|curl |git |psql |userdel |grep )"
)


def commands() -> dict[str, list[str]]:
    """Command -> the documents that name it."""
    found: dict[str, list[str]] = {}
    for document in DOCUMENTS:
        for command in sorted(set(commands_in(document.read_text(encoding="utf-8")))):
            found.setdefault(command, []).append(document.name)
    return found


def commands_in(text: str) -> Iterator[str]:
    """One by one: what `&&` joins is two, and a line's comment is none."""
    lines = [line for kind, block in BLOCK.findall(text) if kind == "sh" for line in _lines(block)]
    rest = BLOCK.sub("", text)
    inline = [re.sub(r"\s+", " ", code) for code in re.findall(r"`([^`]+)`", rest)]
    indented = re.findall(r"^    (\S.*)$", rest, re.M)
    lines += [code for code in [*inline, *indented] if PROGRAM.match(code)]
    for line in lines:
        yield from re.split(r" && ", line)


def _lines(block: str) -> Iterator[str]:
    for line in block.replace("\\\n", " ").splitlines():
        if command := re.sub(r"\s+", " ", re.sub(r"(^|\s)#.*", "", line)).strip():
            yield command


def words(command: str) -> list[str]:
    """As a shell would read it, without the settings before it and where its output goes."""
    parts = shlex.split(re.sub(r"[<>] ?\S+$", "", re.sub(r"<(\w+)>", r"\1", command)))
    return parts[next(i for i, part in enumerate(parts) if not re.match(r"[A-Z_]+=", part)) :]


def named_files(command: str) -> list[Path]:
    """What it names of this repository: a pattern stands for its files."""
    named = [word for word in words(command) if re.match(r"(deploy|requirements|tests)/", word)]
    return [path for word in named for path in list(BASE_DIR.glob(word)) or [BASE_DIR / word]]
