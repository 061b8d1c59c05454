"""What happens to people that other rooms may want to know; this one knows none of them."""

from __future__ import annotations

from django.dispatch import Signal

#: Somebody was removed from a team, or got a role in which they change nothing: within the same
#: transaction. Sends `team_id`, `user` and `by` (who did it, if known).
access_revoked = Signal()
