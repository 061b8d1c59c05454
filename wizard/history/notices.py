"""Which events people are told of, and as what: a notice in the transaction of the event.

A notice names nobody: what the audit trail keeps apart as personal is left out (`wizard.history.audit`).
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from notices import outbox, words
from notices.kinds import Kind
from teams.audit import redaction
from wizard.guides.text import Json, Text
from wizard.history.audit import NOT_PERSONAL, NOT_PERSONAL_IN_SENTENCES
from wizard.messages.notices import say
from wizard.models import Event, GuestInvitation, Setup

KINDS = {
    **{f"{kind}_failed": Kind.JOB_FAILED for kind in ("check", "people", "apply", "undo", "handover")},
    "interrupted": Kind.JOB_INTERRUPTED,
    "watch_moved": Kind.SIGN_IN_LOST,
    "drifted": Kind.DRIFTED,
    "drift_not_known": Kind.DRIFTED,
    "mended": Kind.MENDED,
    "finished": Kind.HANDED_OVER,
}
KNOWN = "acknowledged"  # of a drift: somebody has said that they know it


def register() -> None:
    """What a notice of a setup says, and which setups are told of."""
    words.register(say, _still_shown)


def _still_shown(setup_ids: Collection[UUID]) -> set[UUID]:
    """Not what is archived."""
    return set(Setup.objects.filter(pk__in=setup_ids, archived_at=None).values_list("pk", flat=True))


def of_event(event: Event, setup: Setup) -> None:
    """What follows from an event that was recorded just now."""
    kind = _kind(event, setup)
    if kind is None or event.data.get(KNOWN):
        return
    public, _hidden = redaction.take_out(event.data, NOT_PERSONAL, NOT_PERSONAL_IN_SENTENCES)
    asked = event.job.requested_by_id if event.job else None
    _write(
        kind,
        setup,
        [asked],
        actor_id=None if event.job else event.actor_id,
        data={"job": event.job.kind if event.job else None, **_filled(public)},
        before=_filled(public).get("before"),
        after=_filled(public).get("after"),
    )


def _kind(event: Event, setup: Setup) -> Kind | None:
    if event.kind in ("drifted", "seen_open") and event.data.get("step") == setup.guide.user_step:
        return Kind.CONNECTION_USER
    return KINDS.get(event.kind)


def _filled(public: dict[str, object]) -> dict[str, Json]:
    """Without what would have a hole where something personal stood."""
    return {key: value for key, value in public.items() if _is_whole(value)}


def _is_whole(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_whole(each) for each in value.values())
    return value is not None


def guest_opened(invitation: GuestInvitation) -> None:
    """Once for each link, however often its guest comes."""
    _of_link(Kind.GUEST_OPENED, invitation)


def link_ending(invitation: GuestInvitation) -> None:
    _of_link(Kind.LINK_ENDING, invitation)


def guest_done(invitation: GuestInvitation) -> None:
    _of_link(Kind.GUEST_DONE, invitation)


def _of_link(kind: Kind, invitation: GuestInvitation) -> None:
    data = {"stage": invitation.title.to_json(), "sign_in_only": not invitation.stages}
    once = f"{kind}:{invitation.pk}"
    _write(kind, invitation.setup, [invitation.invited_by_id], data=data, once=once)


def stage_done(setup: Setup, stage: str, title: Text) -> None:
    _write(Kind.STAGE_DONE, setup, [], data={"stage": title.to_json()}, once=f"stage:{setup.pk}:{stage}")


def sign_in_lost(setup: Setup) -> None:
    _write(Kind.SIGN_IN_LOST, setup, [])


def idle(setup: Setup) -> None:
    _write(Kind.IDLE, setup, [], once=f"idle:{setup.pk}:{setup.last_activity_at.isoformat()}")


def _write(
    kind: Kind,
    setup: Setup,
    people: Collection[int | None],
    *,
    actor_id: int | None = None,
    data: dict[str, Json] | None = None,
    before: Json = None,
    after: Json = None,
    once: str | None = None,
) -> None:
    outbox.write(
        kind,
        org=setup.org,
        setup_id=setup.pk,
        concerns=[*people, setup.assignee_id, setup.started_by_id, setup.finished_by_id],
        actor_id=actor_id,
        data=data,
        before=before,
        after=after,
        once=once,
    )
