"""What happens to an org that other rooms may want to know; this one knows none of them."""

from __future__ import annotations

from django.dispatch import Signal

#: Somebody came back from Salesforce with a grant for this org. Sends `org` and `person`.
connected = Signal()
#: The keys to this org are given up here, whoever asked for it. Sends `org_id`.
disconnected = Signal()
