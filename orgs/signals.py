"""What happens to an org that other rooms may want to know; this one knows none of them."""

from __future__ import annotations

from django.dispatch import Signal

#: Somebody came back from Salesforce with a grant for this org. Sends `org`, `person`,
#: and `again`: whether it was this org that the person asked to sign in to.
connected = Signal()
#: The keys to this org are given up here, whoever asked for it. Sends `org_id`.
disconnected = Signal()
