"""A record as one line of JSON, and no secret in it."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from config import tracing

# Salesforce's tokens and codes, our own tickets, whatever is called a secret in a URL or header, and
# the links that let somebody in, whose addresses Django writes down when it refuses them.
SECRETS = re.compile(
    r"""(?ix)
    (?P<name> \b(?:access_token|refresh_token|client_secret|code_verifier|code|assertion|password|sid|k)
        ["']?\s*[=:]\s*["']? | \bbearer\s+ )
    (?P<value> [^\s"'&,;}]+ )
    | (?P<session> \b00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]+ )
    | (?<= /guest/ ) [\w-]{8,} | (?<= /join/ ) [\w-]{8,}
    """
)


def without_secrets(text: str) -> str:
    return SECRETS.sub(lambda found: (found["name"] or "") + "[removed]", text)


class OneLine(logging.Formatter):
    """A record as one JSON object; a traceback is one of its values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            **tracing.ids(),
        }
        if record.exc_info:
            line["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
