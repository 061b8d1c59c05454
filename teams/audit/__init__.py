"""Who did what, when and from where: entries that nobody changes, linked into a chain.

`record` writes an entry in the caller's transaction and takes no lock. `sealing` links entries
after their commit, `verifying` finds what was deleted or altered, `shredding` forgets a person
without breaking the chain. A room says what its kinds of entries mean by `words.register`.
"""

from __future__ import annotations

from teams.audit.address import asked_from
from teams.audit.recording import record, record_in_teams_of

__all__ = ["asked_from", "record", "record_in_teams_of"]
