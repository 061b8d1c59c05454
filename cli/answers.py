"""What the API answers, as far as the commands look into it (docs/openapi.json has all of it)."""

from __future__ import annotations

from typing import Literal, TypedDict


class Org(TypedDict):
    id: str
    name: str
    salesforce_id: str
    sandbox: bool | None
    host: str
    connection: str
    signed_in_as: str


class OrgShort(TypedDict):
    id: str
    name: str
    salesforce_id: str
    sandbox: bool | None


class Setup(TypedDict):
    id: str
    org: OrgShort
    state: str
    reason: str | None
    waits: str | None
    stages_done: int
    stages_total: int
    keep_watching: bool
    drifted: list[str]
    handed_over_at: str | None
    looked_at: str | None
    look_failed: bool
    page: str


class Line(TypedDict):
    step: str
    stage: str
    title: str
    done: bool
    status: str | None
    sentence: str | None
    proof: str | None
    confirmed_by: str | None


class Stage(TypedDict):
    key: str
    title: str
    done: bool
    blocked: bool
    lines: list[Line]


class Lines(TypedDict):
    checked_at: str | None
    stages: list[Stage]


class Change(TypedDict):
    key: str
    kind: str
    what: str
    before: str
    after: str


class Plan(TypedDict):
    fingerprint: str
    stages: list[str]
    count: int
    changes: list[Change]
    asks_for_org_name: bool


class Job(TypedDict):
    id: str
    kind: str
    state: str
    done: int
    total: int
    waiting_for: str | None
    error_code: str | None
    reference: str


class Started(TypedDict):
    job: Job
    is_new: bool


class Outcome(TypedDict):
    key: str
    what: str
    result: Literal["made", "there", "refused"]
    code: str | None
    why: str | None


class Outcomes(TypedDict):
    job: Job
    page: str
    why: str | None
    items: list[Outcome]


class MadeRow(TypedDict):
    kind: str
    what: str
    id: str
    username: str | None
    data: dict[str, str]
    names: dict[str, str]


class Made(TypedDict):
    org: OrgShort
    items: list[MadeRow]


class Choices(TypedDict):
    choices: dict[str, str | list[str]]
