"""A setup on the stand-in org, and what a worker does for it: in this process, over real HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

import pytest
from django.utils import timezone

from orgs import directory
from orgs.connections import tokens
from orgs.connections.client import client_for
from orgs.discovery import discover
from orgs.hosts import Identity
from orgs.models import Org
from orgs.oauth import Grant
from simulator import scenarios
from simulator.oauth import grants
from simulator.org.rows import Record
from simulator.org.store import Org as StandInOrg
from simulator.world import World
from teams.models import Team, User
from tests.wizard.given import given
from wizard import tasks
from wizard.actions import choose
from wizard.guides.changes import Change
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.guides.defaults import initial_inputs
from wizard.jobs import queue
from wizard.live import fragment
from wizard.models import Event, Job, Setup
from wizard.stage import panel
from wizard.state.context import Context, context_of
from wizard.state.status import StageView

SET_NAME = "Marketing_Cloud_Connected_App"
AUTOMATIC = ("permission_set", "people", "app_access")
ONCE_APPLIED = (
    "set_created",
    "connection_user_sets",
    "people_assigned",
    "system_user_included",
    "set_on_app",
)
SCOPES = ["api", "refresh_token", "openid"]
_numbers = count(1)  # an org's people follow from its name, so names are the same in each run


def connect(stand: AtSalesforce, theirs: StandInOrg, team: Team, person: User, *, user_id: str = "") -> Org:
    """Our rows for an org of the stand-in, with tokens that its own sign-in code issued; also once more."""
    user_id = user_id or theirs.admin_id
    client_id, chain = "connect-guide-stand-in", secrets.token_hex(8)
    with stand.world.lock:
        access = grants.new_access_token(stand.world, theirs, user_id, SCOPES, chain, client_id)
        kept = {"org_id": theirs.id, "user_id": user_id, "scopes": SCOPES}
        refresh = grants.new_refresh_token(stand.world, {**kept, "client_id": client_id, "chain": chain})
        username = theirs.tables["User"][user_id]["Username"]
    values = {
        "name": theirs.name,
        "is_sandbox": theirs.is_sandbox,
        "instance_url": stand.url,
        "login_origin": stand.url,
        "api_version": "66.0",
    }
    org, _ = Org.objects.update_or_create(team=team, org_id=theirs.id, defaults=values)
    grant = Grant(access, refresh, stand.url, f"{stand.url}/id/{theirs.id}/{user_id}", " ".join(SCOPES))
    identity = Identity(stand.url, theirs.id, user_id)
    tokens.store_grant(org, grant, identity, username=username, display_name="Ana Ruiz", person=person)
    org = Org.objects.select_related("connection").get(pk=org.pk)
    discover(client_for(org), org)
    return org


class AtSalesforce(Protocol):
    """Where the stand-in answers: itself, or a way to it that can be troubled."""

    @property
    def url(self) -> str: ...

    @property
    def world(self) -> World: ...


@dataclass
class SetupHarness:
    """One setup, its org here and there, and the person who works on it."""

    stand: Any
    theirs: StandInOrg
    org: Org
    setup: Setup
    person: User

    # -- people and choices

    def full_users(self) -> list[str]:
        """Active people with a Salesforce licence, without the connection user."""
        return self.users("Salesforce")

    def users(self, licence: str) -> list[str]:
        with self.stand.world.lock:
            return [
                row["Id"]
                for row in self.theirs.rows("User")
                if row["IsActive"]
                and row["Id"] != self.theirs.connection_user_id
                and self._licence(row) == licence
            ]

    def _licence(self, user: Record) -> str:
        profile = self.theirs.get(user["ProfileId"])
        licence = self.theirs.get(profile["UserLicenseId"]) if profile else None
        return str(licence["Name"]) if licence else ""

    def choose(self, people: int | Sequence[str] = 2, **more: Any) -> None:
        """Choose straight in the row: no job is started by it."""
        chosen = self.full_users()[:people] if isinstance(people, int) else list(people)
        self.setup.inputs |= {
            "mode": "first",
            "connection_user": self.theirs.connection_user_id,
            "people": chosen,
            **more,
        }
        self.setup.save(update_fields=["inputs"])

    def save(self, values: Mapping[str, Any]) -> bool:
        """Choose as the page does: what it decides is checked again, and a check is asked for."""
        return choose.choose(given(self.setup, self.person), self.person, lambda _now: values)

    def read_people(self) -> int:
        return directory.refresh(self.org, client_for(self.org))

    # -- jobs

    def queue(self, kind: str, stages: Sequence[str] = (), approved: Sequence[str] = ()) -> Job:
        job, is_new = queue.start(self.setup, kind, actor=self.person, stages=stages, approved=approved)
        assert is_new, "another job is under way"
        return job

    def work(self, job: Job) -> Job:
        """What a worker does with the job's message; the row as it is afterwards."""
        tasks.run_job(str(job.pk))
        self.reload()
        return Job.objects.get(pk=job.pk)

    def check(self) -> Job:
        return self.work(self.queue("check"))

    def approve(self, *stages: str) -> Job:
        """Queue an apply of the plan that the page shows now."""
        self.reload()
        stages = stages or AUTOMATIC
        return self.queue("apply", stages, [change.key for change in self.plan(*stages)])

    def now(self) -> Context:
        """How the setup stands."""
        return context_of(self.setup)

    def at(self, stage: str) -> tuple[Context, StageView]:
        """The same, with one of its stages."""
        now = self.now()
        return now, now.overview.stage(stage)

    def plan(self, *stages: str) -> list[Change]:
        now = self.now()
        return self.setup.guide.plan(now.snapshot, now.inputs, stages)

    def apply(self, *stages: str) -> Job:
        return self.work(self.approve(*stages))

    def approve_undo(self, stage: str = "handover") -> Job:
        self.reload()
        offer = panel.undo_offer(*self.at(stage))
        return self.queue("undo", offer.stages, [change.key for change in offer.changes])

    def undo(self, stage: str = "handover") -> Job:
        return self.work(self.approve_undo(stage))

    def die(self, job: Job, patch: pytest.MonkeyPatch, at: str = "reading_back") -> None:
        """Run the job until it says that it waits for `at`, then lose its worker, as a kill does."""
        wait_for = queue.set_waiting_reason

        def stop_there(its: Job, what: str) -> None:
            if what == at:
                raise Killed
            wait_for(its, what)

        with patch.context() as here:
            here.setattr(queue, "set_waiting_reason", stop_there)
            run_until_killed(job)

    # -- looking

    def reload(self) -> Setup:
        self.setup = fragment.load(str(self.setup.pk))
        self.org = self.setup.org
        return self.setup

    def statuses(self) -> dict[str, str]:
        return {
            state.step: state.finding["status"] for state in self.setup.step_states.all() if state.finding
        }

    def events(self, *kinds: str) -> list[Event]:
        found = self.setup.events.order_by("id")
        return list(found.filter(kind__in=kinds) if kinds else found)

    def kinds(self, job: Job) -> list[str]:
        return list(job.events.order_by("id").values_list("kind", flat=True))

    def mark(self) -> int:
        return int(self.stand.world.mark())

    def calls(self, mark: int) -> int:
        return int(self.stand.world.api_calls_since(mark, self.theirs.id))

    def assignments(self) -> list[tuple[str, str]]:
        """(person, set) of each assignment, but of profiles' own sets and the admin's of the package."""
        with self.stand.world.lock:
            sets = {row["Id"]: row for row in self.theirs.rows("PermissionSet")}
            rows = list(self.theirs.rows("PermissionSetAssignment"))
        return sorted(
            (row["AssigneeId"], row["PermissionSetId"])
            for row in rows
            if not sets[row["PermissionSetId"]]["IsOwnedByProfile"]
            and not (
                row["AssigneeId"] == self.theirs.admin_id
                and sets[row["PermissionSetId"]].get("NamespacePrefix")
            )
        )

    def our_sets(self) -> list[Any]:
        with self.stand.world.lock:
            return list(self.theirs.find("PermissionSet", Name=SET_NAME))

    def rows(self, sobject: str) -> list[str]:
        with self.stand.world.lock:
            return sorted(str(row["Id"]) for row in self.theirs.rows(sobject))

    def footprint(self) -> tuple[list[str], list[str], list[str]]:
        """Everything that an apply makes, row by row."""
        return (
            self.rows("PermissionSet"),
            self.rows("PermissionSetAssignment"),
            self.rows("SetupEntityAccess"),
        )


class Killed(BaseException):
    """Like SIGKILL for the code under test: no handler of ours may turn it into an answer."""


def run_until_killed(job: Job) -> None:
    try:
        tasks.run_job(str(job.pk))
    except Killed:
        return
    raise AssertionError("the job came to its end")


def make_harness(
    stand: AtSalesforce, team: Team, person: User, scenario: str = "fresh", **more: Any
) -> SetupHarness:
    name = more.pop("name", f"Client {next(_numbers):04}")
    began = timezone.now()  # what a scenario makes now was made since, whatever second it is
    user_id = ""
    as_user = more.pop("as_user", "")
    theirs = scenarios.create(stand.world, scenario, name=name, **more)
    if as_user:
        user_id = theirs.find("User", Username=f"{as_user}@{theirs.extra['domain']}")[0]["Id"]
    org = connect(stand, theirs, team, person, user_id=user_id)
    setup = Setup.objects.create(
        org=org, guide_key=GUIDE.key, started_by=person, inputs=initial_inputs(GUIDE), created_at=began
    )
    return SetupHarness(stand, theirs, org, fragment.load(str(setup.pk)), person)
