"""What happens to an org that other rooms may want to know; this one knows none of them."""

from __future__ import annotations

from django.dispatch import Signal

#: Somebody came back from Salesforce with a grant for this org. Sends `org`, `person`,
#: `again`: whether it was this org that the person asked to sign in to; and `before`: the Salesforce
#: user that it was connected as, where that is another one now. A receiver answers True where the
#: person has to be asked first what they came for.
connected = Signal()
#: Salesforce ended the grant of this org, so nothing can be read until somebody signs in again: within the
#: same transaction. Sends `org_id`.
lost = Signal()
#: The keys to this org are given up here, whoever asked for it. Sends `org_id`,
#: and `by`: who did, if a person.
disconnected = Signal()
