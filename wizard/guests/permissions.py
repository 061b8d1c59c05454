"""What a guest may do in Salesforce by their own user: nobody changes more by a link than without one.

The work itself is done with the org's connection, and so with its user's rights. Therefore a guest's
own rights are read at each sign-in, with their own grant, before it is ended. Who lacks one that a stage
needs may look, sign and do it by hand, as Salesforce lets them; nothing is changed for them.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

from orgs.salesforce.errors import SalesforceError
from orgs.sign_in import callbacks
from orgs.sign_in.callbacks import SignInResult
from orgs.sign_in.flow import MALFORMED
from teams.models import User
from wizard.guides.base import AnyStep, Finding, Status
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.models import GuestInvitation, Setup
from wizard.state.context import inputs_of

NOT_SEEN = Text(_("We could not see what your own user may do in Salesforce."))

logger = logging.getLogger(__name__)


def note(invitation: GuestInvitation, arrival: SignInResult) -> None:
    """Read and keep what the person who came may do. What can't be read counts as not held."""
    setup = invitation.setup
    try:
        with callbacks.client_of(arrival) as client:
            steps = _steps(setup)
            parts = frozenset(part for step in steps for part in step.reads)
            inputs = inputs_of(setup)
            seen = setup.guide.read(client, inputs, parts, arrival.seen.known)
            found = {step.key: step.check(seen, inputs).to_json() for step in steps if step.check}
    except (SalesforceError, *MALFORMED) as problem:
        logger.warning("The rights of a guest of %s can't be read: %s", setup.pk, type(problem).__name__)
        return
    invitation.rights = found
    invitation.save(update_fields=["rights"])


def _steps(setup: Setup) -> list[AnyStep]:
    """Those that tell whether the signed-in person may do a stage."""
    keys = {key for stage in setup.guide.stages for key in stage.rights}
    return [step for step in setup.guide.steps() if step.key in keys]


def lacking(user: User, setup: Setup, stages: Collection[str]) -> tuple[Text, ...]:
    """Why nothing of these stages is changed for this guest, as of their last sign-in. Empty: it may be."""
    needed = [key for stage in stages for key in setup.guide.stage(stage).rights]
    if not needed:
        return ()
    theirs = GuestInvitation.objects.open().filter(setup=setup, used_by=user)
    held = theirs.order_by("-used_at").values_list("rights", flat=True).first()
    if held is None:
        return (NOT_SEEN,)
    findings = [Finding.load(held[key]) for key in dict.fromkeys(needed) if key in held]
    if len(findings) < len(set(needed)):
        return (NOT_SEEN,)  # of a guide that asks for more than it did when they signed in
    return tuple(each.sentence for each in findings if each.status is not Status.DONE)
