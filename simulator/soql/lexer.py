"""Cuts SOQL into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.soql.problems import malformed, unexpected

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
  | (?P<date>\d{4}-\d\d-\d\d(?![\dT]))
  | (?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?![\w.]))
  | (?P<word>[A-Za-z]\w*)
  | (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<symbol><=|>=|!=|<>|[=<>(),.:])
    )""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    kind: str  # datetime date number word string symbol end
    text: str
    at: int

    def is_(self, *words: str) -> bool:
        return self.kind in ("word", "symbol") and self.text.lower() in words


def tokens(text: str) -> list[Token]:
    found, position = [], 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            position += len(text[position:]) - len(text[position:].lstrip())
            if text[position] == "'":
                raise malformed(text, position, "unterminated string literal")
            raise unexpected(text, position, text[position])
        kind = str(match.lastgroup)
        found.append(Token(kind, match[kind], match.start(kind)))
        position = match.end()
    found.append(Token("end", "", end))
    return found
