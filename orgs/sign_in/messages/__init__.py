"""The words for a sign-in that ended badly: what happened, what to do, who can, where.

Causes and remedies: the domain brief, table B1, rows 1 to 6.
"""

from __future__ import annotations

from orgs.sign_in.messages import access, app, attempt, org
from orgs.sign_in.messages.explanation import Explanation

EXPLANATIONS: dict[str, Explanation] = {
    **app.EXPLANATIONS,
    **org.EXPLANATIONS,
    **attempt.EXPLANATIONS,
    **access.EXPLANATIONS,
}
