"""What a program gets: typed, so that the description of the API says it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema


class Me(Schema):
    name: str
    email: str
    teams: list[TeamRole]
    token: TokenOut


class TeamRole(Schema):
    id: UUID
    name: str
    role: str


class TokenOut(Schema):
    name: str
    scope: str
    expires_at: datetime


class OrgOut(Schema):
    id: UUID
    team: UUID
    name: str
    salesforce_id: str
    sandbox: bool | None
    host: str
    connection: str
    signed_in_as: str
    created_at: datetime


class OrgPage(Schema):
    items: list[OrgOut]
    next_cursor: str | None


class OrgShort(Schema):
    id: UUID
    name: str
    salesforce_id: str
    sandbox: bool | None


class SetupOut(Schema):
    """A setup as the lists show it: `state` is a code, `reason` and `waits` are words."""

    id: UUID
    org: OrgShort
    guide: str
    state: str
    reason: str | None
    waits: str | None
    stages_done: int
    stages_total: int
    next_stage: str | None
    started_by: str | None
    assigned_to: str | None
    keep_watching: bool
    drifted: list[str]
    created_at: datetime
    last_activity_at: datetime
    checked_at: datetime | None
    handed_over_at: datetime | None
    looked_at: datetime | None
    look_failed: bool
    archived_at: datetime | None
    page: str


class SetupPage(Schema):
    items: list[SetupOut]
    next_cursor: str | None


class WayOut(Schema):
    """A way out that a line offers: choose it by its number."""

    number: int
    label: str


class LineOut(Schema):
    """One step: what a check says of it, with its proof; who signed it where nothing can be read."""

    step: str
    stage: str
    title: str
    source_lines: list[int]
    done: bool
    status: str | None
    code: str | None
    sentence: str | None
    proof: str | None
    checked_at: datetime | None
    confirmed_by: str | None
    confirmed_at: datetime | None
    can_confirm: bool
    ways: list[WayOut]


class StageOut(Schema):
    key: str
    title: str
    done: bool
    blocked: bool
    lines: list[LineOut]


class Lines(Schema):
    checked_at: datetime | None
    stages: list[StageOut]


class Difference(Schema):
    """Not as at the handover. `known`: somebody said that it is all right, why, and up to which day."""

    step: str
    title: str
    sentence: str | None
    known: bool
    reason: str | None
    known_by: str | None
    known_until: date | None


class Differences(Schema):
    looked_at: datetime | None
    items: list[Difference]


class EventChange(Schema):
    what: str
    before: str
    after: str
    refused: str | None


class EventOut(Schema):
    id: int
    at: str
    by: str | None
    kind: str
    sentences: list[str]
    how: str | None
    reference: str | None
    changes: list[EventChange]


class History(Schema):
    items: list[EventOut]
    next_cursor: str | None


class PlanRow(Schema):
    """One change, or a group of like changes."""

    what: str
    before: str
    after: str
    names: list[str]
    more: int


class PlanChange(Schema):
    """One change by itself, such as one set for one person. Equal keys mean the same change."""

    key: str
    kind: str
    what: str
    before: str
    after: str


class Plan(Schema):
    """What an apply or an undo would do. Its fingerprint is what one approves."""

    fingerprint: str
    stages: list[str]
    count: int
    rows: list[PlanRow]
    changes: list[PlanChange]
    asks_for_org_name: bool


class JobOut(Schema):
    id: UUID
    setup: UUID
    kind: str
    state: str
    stages: list[str]
    done: int
    total: int
    waiting_for: str | None
    error_code: str | None
    reference: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class StartedOut(Schema):
    """`is_new` is false where somebody had started it already."""

    job: JobOut
    is_new: bool


class OutcomeOut(Schema):
    """What became of one change. `there`: nothing was to be done. `code` is Salesforce's."""

    key: str
    kind: str
    what: str
    result: Literal["made", "there", "refused"]
    code: str | None
    why: str | None


class Outcomes(Schema):
    """What a job that changes an org has done up to now, whatever its end is; `why` it did not do all."""

    job: JobOut
    page: str
    why: str | None
    items: list[OutcomeOut]


class MadeRow(Schema):
    """One thing that we made and did not take back; `data` has what its `kind` needs, `names` what is what.

    `username` is null where the change is about nobody, or the org's people are not known any more.
    """

    key: str
    kind: str
    what: str
    id: str
    username: str | None
    data: dict[str, str]
    names: dict[str, str]


class Made(Schema):
    org: OrgShort
    items: list[MadeRow]


class Choices(Schema):
    """What is chosen, by the names of the guide's choices; people by their usernames."""

    choices: dict[str, str | list[str]]


class LinkOut(Schema):
    id: UUID
    stages: list[str]
    made_by: str | None
    used_by: str | None
    used_at: datetime | None
    expires_at: datetime


class Links(Schema):
    items: list[LinkOut]


class NewLink(Schema):
    """The link is given out here, and never again."""

    id: UUID
    link: str
    stages: list[str]
    subject: str
    message: str
    mailed_to: str | None
    expires_at: datetime


class Done(Schema):
    done: bool
