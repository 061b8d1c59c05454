"""An error or problem code -> what happened, what to do, who can, and where.

Keyed by code, never by English text. A code that nobody explained yet is shown as such,
with the code, so that it can be copied.
"""

from __future__ import annotations

from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.messages.remedies import guide, salesforce
from wizard.messages.remedies.remedy import OPERATOR, Remedy

__all__ = ["REMEDIES", "Remedy", "get", "unknown"]

REMEDIES: dict[str, Remedy] = {**salesforce.REMEDIES, **guide.REMEDIES}


def get(code: str) -> Remedy:
    """The remedy of a code; a fallback that names the code when there is none."""
    return REMEDIES.get(code) or unknown(code)


def unknown(code: str) -> Remedy:
    return Remedy(
        Text(_("Salesforce answered with a code that we don't know: {code}."), {"code": code or "?"}),
        Text(_("Try once more. If it happens again, copy the details for the people who run Connect Guide.")),
        OPERATOR,
        retry=True,
        quotes=True,
    )
