"""An error or problem code -> what happened, what to do, who can, and where.

Keyed by code, never by English text. A code that nobody explained yet is shown as such,
with the code, so that it can be copied.
"""

from __future__ import annotations

from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.messages.remedies import calls, guide, sign_in_rules, signing_in, writes
from wizard.messages.remedies.remedy import OPERATOR, Remedy

__all__ = ["REMEDIES", "Remedy", "get", "unknown"]

REMEDIES: dict[str, Remedy] = {
    **signing_in.REMEDIES,
    **calls.REMEDIES,
    **writes.REMEDIES,
    **guide.REMEDIES,
    **sign_in_rules.REMEDIES,
}
#: Where what helps a member is not a guest's: a page that was not sent to them, somebody else's sign-in.
FOR_GUESTS: dict[str, Remedy] = {
    **{code: calls.NO_ACCESS_FOR_GUESTS for code, each in REMEDIES.items() if each is calls.NO_ACCESS},
    **guide.FOR_GUESTS,
}


def get(code: str, *, guest: bool = False) -> Remedy:
    """The remedy of a code; a fallback that names the code when there is none."""
    if guest and code in FOR_GUESTS:
        return FOR_GUESTS[code]
    return REMEDIES.get(code) or unknown(code)


def unknown(code: str) -> Remedy:
    return Remedy(
        Text(_("Salesforce answered with a code that we don't know: {code}."), {"code": code or "?"}),
        Text(_("Try once more. If it happens again, copy the details for the people who run Connect Guide.")),
        OPERATOR,
        retry=True,
        quotes=True,
    )
