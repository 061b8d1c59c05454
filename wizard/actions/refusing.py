"""What keeps an act from being done, whoever asks: raised as `NotDone` with its code."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from teams.access import role_in
from teams.acting.acts import NotDone
from teams.models import Role, User
from wizard.guests import invitations, permissions
from wizard.messages.render import plain
from wizard.models import Setup
from wizard.state.context import Context
from wizard.state.status import StageView


def is_guest(setup: Setup) -> bool:
    """Whether the setup was given out to a guest."""
    return role_in(setup) is Role.GUEST


def is_theirs(setup: Setup, person: User, stage_key: str) -> bool:
    """A member may work on every stage, a guest on those that were sent to them."""
    return not is_guest(setup) or stage_key in invitations.stages_of(person, setup)


def find_stage(now: Context, stage_key: str) -> StageView:
    """The stage as it stands, or 404 for one that the guide does not have."""
    found = now.overview.find(stage_key)
    if found is None:
        raise Http404
    return found


def check_theirs(setup: Setup, person: User, stage_key: str) -> None:
    if not is_theirs(setup, person, stage_key):
        raise PermissionDenied


def refuse_finished(setup: Setup) -> None:
    """A setup that is handed over is not changed."""
    if setup.finished:
        raise NotDone("finished")


def refuse_cut_off(setup: Setup) -> None:
    """Nothing can be read or written without a connection."""
    refuse_finished(setup)
    if not setup.org.connection.is_connected:
        raise NotDone("sign_in_first")


def refuse_lacking(setup: Setup, person: User, stage_key: str) -> None:
    """Nothing is changed for a guest whose own user may not change it in Salesforce."""
    if lacking := permissions.lacking(person, setup, [stage_key]):
        raise NotDone("lacks_rights", why=" ".join(plain(each) for each in lacking))
