"""Why no page of a setup can be shown to this person now (`wizard.middleware` answers them)."""

from __future__ import annotations

from wizard.models import Setup


class OrgNotConnected(Exception):
    """The client has not signed in yet: no page of this setup can be made (`wizard.middleware`)."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(str(setup.pk))
        self.setup = setup


class SetupArchived(Exception):
    """The setup is put away: only its history, its report and the way back are shown."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(str(setup.pk))
        self.setup = setup


class GuestAccessEnded(Exception):
    """The person was let into this setup once, and is told kindly that this is over."""
