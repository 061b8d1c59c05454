"""What must be true after a job that something was killed under: each broken rule as a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from simulator.org.rows import Record
from tests.chaos.road import Road
from tests.wizard.harness import SET_NAME, SetupHarness
from wizard.models import Job

PACKAGED = ("ExactTarget_Integration", "ExactTarget_Integration_Admin", "Marketing_Cloud_System_User")
Footprint = tuple[list[str], list[str], list[str]]


def wanted(desk: SetupHarness) -> set[tuple[str, str]]:
    """(person, set name) of every assignment that the guide asks for."""
    user, people = desk.setup.inputs["connection_user"], desk.setup.inputs["people"]
    return {(user, name) for name in (*PACKAGED, SET_NAME)} | {(person, SET_NAME) for person in people}


def of_apply(desk: SetupHarness, road: Road, job: Job, before: Footprint) -> list[str]:
    return [*_org(desk), *_tries(desk, road), *_job(job, len(wanted(desk)) + 2), *_events(desk, job, before)]


def of_undo(desk: SetupHarness, job: Job, before: Footprint) -> list[str]:
    problems = [] if desk.footprint() == before else ["the undo did not leave the org as it was"]
    return [*problems, *_job(job, len(wanted(desk)) + 2), *_recorded(job, "undone")]


def _org(desk: SetupHarness) -> Iterator[str]:
    names = {row["Id"]: row["Name"] for row in _rows(desk, "PermissionSet")}
    there = Counter((user, names[set_id]) for user, set_id in desk.assignments())
    if missing := wanted(desk) - set(there):
        yield f"{len(missing)} assignments are missing"
    if too_many := set(there) - wanted(desk):
        yield f"{len(too_many)} assignments are there that nobody asked for"
    if twice := [key for key, count in there.items() if count > 1]:
        yield f"{len(twice)} assignments are there twice"
    sets = desk.our_sets()
    if len(sets) != 1:
        yield f"{len(sets)} permission sets have our name"
        return
    access = [row for row in _rows(desk, "SetupEntityAccess") if row["ParentId"] == sets[0]["Id"]]
    if [row["SetupEntityId"] for row in access] != [desk.theirs.app_id]:
        yield f"the set is on the app {len(access)} times"


def _tries(desk: SetupHarness, road: Road) -> Iterator[str]:
    if tried := road.duplicates_tried(desk.theirs.id):
        yield f"{tried} rows were sent again though they were there"


def _job(job: Job, changes: int) -> Iterator[str]:
    if job.state != Job.State.DONE:
        yield f"the job is {job.state} ({job.error_code} {job.error_details})"
    if job.intent:
        yield f"{len(job.intent)} changes have no recorded answer"
    if (job.done_count, job.total_count) != (changes, changes):
        yield f"{job.done_count} of {job.total_count} changes counted, not {changes}"


def _events(desk: SetupHarness, job: Job, before: Footprint) -> Iterator[str]:
    yield from _recorded(job, "changed")
    made = sorted(raw["record_id"] for event in job.events.filter(kind="changed") for raw in event.changes)
    after = [row for rows in desk.footprint() for row in rows]
    if made != sorted(set(after) - {row for rows in before for row in rows}):
        yield "the recorded rows are not the rows that are new in the org"


def _recorded(job: Job, kind: str) -> Iterator[str]:
    """Each change once, each turn of the job's life once."""
    events = list(job.events.order_by("id"))
    kinds = Counter(event.kind for event in events)
    for once in (f"{job.kind}_requested", f"{job.kind}_done"):
        if kinds[once] != 1:
            yield f"{kinds[once]} events {once}"
    if kinds["interrupted"] != job.attempts - 1:
        yield f"{job.attempts} attempts, but {kinds['interrupted']} interruptions are told"
    keys = Counter(raw["change"]["key"] for event in events if event.kind == kind for raw in event.changes)
    if twice := [key for key, count in keys.items() if count > 1]:
        yield f"{len(twice)} changes are recorded twice"
    if len(keys) != job.done_count:
        yield f"{len(keys)} changes are recorded, {job.done_count} counted"


def _rows(desk: SetupHarness, sobject: str) -> list[Record]:
    with desk.stand.world.lock:
        return list(desk.theirs.rows(sobject))
