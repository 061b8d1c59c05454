"""A guide being done in an org, the work done for it in the background, and what happened."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from functools import reduce
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.functional import cached_property

from orgs.models import Connection
from wizard.guides import registry
from wizard.guides.base import AnyGuide
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Summary(models.TextChoices):
    """Where a setup stands, in one word (`wizard.state.summary` derives it)."""

    IN_PROGRESS = "in_progress"
    BY_HAND = "by_hand"  # only a person can do what comes next
    TO_CONFIRM = "to_confirm"  # only a signature is missing in the current stage
    READY = "ready"  # every line is done
    HARM = "harm"  # an alarm: something goes wrong in the org


#: Of a setup whose org nobody watches any more: what a look after the handover found goes with it.
NOT_WATCHED: dict[str, object] = {
    "keep_watching": False,
    "drifted": [],
    "drift_findings": {},
    "known_drift": {},
}

NOT_RIGHT_ANY_MORE = Text(_("Not right any more: {title}"))
LONGEST_LOOK = timedelta(minutes=10)

#: Neither handed over nor archived: an org has one of a guide at a time.
UNDER_WAY = Q(finished_at__isnull=True, archived_at__isnull=True)


class Setup(models.Model):
    """One guide in one org. Half-finished is its normal state; what a page of it shows is derived."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org = models.ForeignKey("orgs.Org", on_delete=models.CASCADE, related_name="setups")
    guide_key = models.CharField(max_length=60)
    inputs = models.JSONField(default=dict, blank=True)
    # Stage -> why somebody did not wait for the order that is safe in an org in use.
    overrides = models.JSONField(default=dict, blank=True, db_default={})
    snapshot = models.JSONField(null=True, blank=True)
    snapshot_at = models.DateTimeField(null=True, blank=True)  # the last read of all parts
    version = models.PositiveBigIntegerField(default=0)  # grows with every change that viewers see
    watch_next_at = models.DateTimeField(null=True, blank=True)
    # Where it stands, kept for the list of orgs only (see `wizard.state.summary`): a page of one
    # setup derives it. Written with the findings it follows from, in one transaction.
    summary = models.CharField(max_length=12, default=Summary.IN_PROGRESS, db_column="standing")
    stages_done = models.PositiveSmallIntegerField(default=0)
    next_stage = models.CharField(max_length=60, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    # Who has taken it over, and when a person last did something here: for "needs help".
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    last_activity_at = models.DateTimeField(default=timezone.now, db_index=True, db_column="acted_at")
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)  # put away: see `wizard.actions.archive`
    # After the handover, if somebody wished it (see `wizard.monitoring.drift`).
    keep_watching = models.BooleanField(default=False)
    drift_checked_at = models.DateTimeField(null=True, blank=True, db_column="looked_at")
    drift_read_at = models.DateTimeField(
        null=True, blank=True, db_column="read_at"
    )  # by the last of those looks that could read
    drift_ended_at = models.DateTimeField(null=True, blank=True)  # the last of them, whatever it came to
    look_asked_at = models.DateTimeField(null=True, blank=True)  # when a person last asked for one
    drifted = models.JSONField(default=list, blank=True)  # keys of the steps that are not right any more
    drift_findings = models.JSONField(default=dict, blank=True, db_default=Value({}, models.JSONField()))
    # What somebody said that they know, and is not in `drifted` while they do (`monitoring.acknowledged`).
    known_drift = models.JSONField(default=dict, blank=True, db_default=Value({}, models.JSONField()))

    if TYPE_CHECKING:
        step_states: RelatedManager[StepState]
        jobs: RelatedManager[Job]
        events: RelatedManager[Event]
        watches: RelatedManager[Watch]
        invitations: RelatedManager[GuestInvitation]

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["org", "guide_key"],
                condition=UNDER_WAY,
                name="one_open_setup_per_org_and_guide",
            ),
        )

    def __str__(self) -> str:
        return f"{self.guide_key} in {self.org_id}"

    @property
    def guide(self) -> AnyGuide:
        return registry.get(self.guide_key)

    @cached_property
    def taken_over_at(self) -> datetime | None:
        """Since when the person who has it has it: only asked where somebody has."""
        if not self.assignee_id:
            return None
        taken = self.events.filter(actor=self.assignee_id, kind__in=("taken_over", "taken_over_from"))
        return taken.order_by("-id").values_list("at", flat=True).first()

    @property
    def finished(self) -> bool:
        return self.finished_at is not None

    @property
    def cut_off(self) -> bool:
        """Whether it waits for a new sign-in to its org; handed over, only where it was to be watched."""
        connection = self.org.connection
        if self.finished:
            lost = connection.state == Connection.State.NEEDS_RECONNECTING
            return self.keep_watching and (lost or bool(self.org.moved_to))
        return self.org.is_bound and (bool(self.org.moved_to) or not connection.is_connected)

    def stage_title(self, key: str) -> Text | None:
        """The first stage's where no key is given; None for a stage that the guide does not have any more."""
        titles = {stage.key: stage.title for stage in self.guide.stages}
        return titles.get(key or self.guide.preparation.key)

    @property
    def watched(self) -> bool:
        """Whether it is looked after, so that a page of it may change by itself after the handover."""
        return self.finished and self.keep_watching and self.org.connection.is_connected

    @property
    def looking(self) -> bool:
        """Whether a look of the watching is under way, or about to be; not for ever if its worker is lost."""
        begun = self.drift_checked_at or self.look_asked_at  # asking clears when the last one began
        if not self.watched or begun is None or begun <= timezone.now() - LONGEST_LOOK:
            return False
        ended = self.drift_ended_at if self.drift_checked_at else None
        return ended is None or ended < begun

    @property
    def look_failed(self) -> bool:
        """Whether the last look of the watching after the handover read nothing."""
        if self.drift_checked_at is None or self.looking:
            return False
        return self.drift_read_at is None or self.drift_read_at < self.drift_checked_at

    @property
    def drifted_titles(self) -> list[Text]:
        """A line is called by what has to be true: of one that is not, that has to be said."""
        steps = [step for step in self.guide.steps() if step.key in self.drifted]
        return [Text(NOT_RIGHT_ANY_MORE.message, {"title": step.title.to_json()}) for step in steps]

    @cached_property
    def was_handed_over(self) -> bool:
        return self.finished or self.events.filter(kind="finished").exists()


class StepState(models.Model):
    """What the last check said of one step, and who confirmed it where nothing can be read."""

    setup = models.ForeignKey(Setup, on_delete=models.CASCADE, related_name="step_states")
    step = models.CharField(max_length=60)
    finding = models.JSONField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    confirmed_name = models.CharField(max_length=200, blank=True)  # survives the account
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["setup", "step"], name="one_state_per_step"),)

    def __str__(self) -> str:
        return f"{self.step}: {(self.finding or {}).get('status', 'unchecked')}"


class Job(models.Model):
    """One background execution. This row is the truth; the queue only says "look again"."""

    class Kind(models.TextChoices):
        CHECK = "check"
        APPLY = "apply"
        UNDO = "undo"
        SYNC_USERS = "people"  # read the org's users into our directory
        HANDOVER = "handover"  # read everything once more, and hand over on that

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        STOPPED = "stopped"

    ACTIVE = (State.QUEUED, State.RUNNING)
    ENDED = (State.DONE, State.FAILED, State.STOPPED)
    WRITING = (Kind.APPLY, Kind.UNDO)
    EXCLUSIVE_KINDS = (
        *WRITING,
        Kind.HANDOVER,
    )  # one at a time in an org: nothing changes what is handed over

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    setup = models.ForeignKey(Setup, on_delete=models.CASCADE, related_name="jobs")
    org = models.ForeignKey("orgs.Org", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Keys of the stages that an apply or undo is about; of a check: whose slow lines it reads anew.
    stages = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    # Keys of what the person saw: of the changes, or of the lines that stay open at a handover.
    approved = models.JSONField(default=list, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)  # the worker that runs it now
    # Salesforce's own id of the org, from the claim on: another team may have the same org connected.
    salesforce_org = models.CharField(max_length=18, blank=True, default="", db_default="")
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    stop_requested_at = models.DateTimeField(null=True, blank=True)
    # Changes whose answer has not been recorded yet: written before the call, cleared with
    # the answer. What is left after a crash or a lost answer is settled by reading back.
    intent = models.JSONField(default=list, blank=True)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    waiting_for = models.CharField(max_length=40, blank=True)  # a code, see wizard.messages.events
    waiting_since = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=80, blank=True)
    error_details = models.TextField(blank=True)  # Salesforce's own words, shown to support
    reference = models.CharField(max_length=12, blank=True)
    # Of an undo that failed: when nothing was left any more of what it was to take back.
    put_right_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            # A constraint, not check-then-act: two people pressing one button make one job.
            models.UniqueConstraint(
                fields=["org"],
                condition=Q(kind__in=("apply", "undo", "handover"), state__in=("queued", "running")),
                name="one_writing_job_per_org",
            ),
            # Of two teams that change one Salesforce org, the second one's job waits its turn.
            models.UniqueConstraint(
                fields=["salesforce_org"],
                condition=Q(kind__in=("apply", "undo", "handover"), state="running") & ~Q(salesforce_org=""),
                name="one_running_change_per_salesforce_org",
            ),
            models.UniqueConstraint(
                fields=["setup", "kind"],
                condition=Q(kind__in=("check", "people"), state__in=("queued", "running")),
                name="one_reading_job_per_setup_and_kind",
            ),
        )
        indexes = (
            models.Index(fields=["setup", "-created_at"], name="job_by_setup"),
            models.Index(
                fields=["heartbeat_at"], condition=Q(state__in=("queued", "running")), name="job_active"
            ),
            # For the list of orgs: the few jobs that change how a setup is shown there.
            models.Index(
                fields=["setup"],
                condition=Q(state__in=("queued", "running", "failed")),
                name="job_that_shows",
            ),
            models.Index(fields=["reference"], name="job_by_reference"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id} ({self.state})"

    @property
    def active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def writing(self) -> bool:
        return self.kind in self.WRITING


class Event(models.Model):
    """One thing that happened. The audit log and the progress log are these rows.

    `kind` names a sentence in `wizard.messages.events`; `data` fills it in. A `changed` or `undone`
    event also holds the outcomes one by one, with the ids of the rows that we created: what an
    undo takes back.
    """

    id = models.BigAutoField(primary_key=True)
    setup = models.ForeignKey(Setup, on_delete=models.CASCADE, related_name="events")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="events")
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    changes = models.JSONField(default=list)  # large: deferred where only sentences are shown
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    actor_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=["setup", "-id"], name="event_by_setup"),
            models.Index(fields=["setup", "kind"], name="event_by_kind"),
        )
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M:%S}"


ONLY_SIGN_IN = Text(_("Only the sign-in"))
AND = _("{first}; {rest}")


class OpenInvitations(models.QuerySet["GuestInvitation"]):
    def open(self) -> OpenInvitations:
        """Those whose link still lets somebody in."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class GuestInvitation(models.Model):
    """Stages of a setup, sent to the client by link. The link's token is known to its receiver only.

    It lets one person in, who signs in at Salesforce: the first who uses it. What that person
    may open is a row of its own (`teams.models.SetupGuest`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    setup = models.ForeignKey(Setup, on_delete=models.CASCADE, related_name="invitations")
    stage = models.CharField(max_length=60, blank=True)  # the first one; empty: only the sign-in is asked for
    more_stages = ArrayField(models.CharField(max_length=60), default=list, blank=True, db_default=[])
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    salesforce_user_id = models.CharField(max_length=18, blank=True)  # who may come back by this link
    language = models.CharField(max_length=20, blank=True, default="", db_default="")  # of their Salesforce
    # What their own user might do in Salesforce when they last signed in (see `wizard.guests.permissions`).
    rights = models.JSONField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)  # when nothing was left to do in these stages
    # Where they go on afterwards (`wizard.guests.return_address`).
    return_to = models.CharField(max_length=500, blank=True, default="", db_default="")

    objects = OpenInvitations.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.stage} of {self.setup_id} until {self.expires_at:%Y-%m-%d}"

    @property
    def stages(self) -> tuple[str, ...]:
        """All that were sent, in the guide's order."""
        return (self.stage, *self.more_stages) if self.stage else ()

    @property
    def title(self) -> Text:
        """What was sent, in words."""
        known = [title for key in self.stages if (title := self.setup.stage_title(key))]
        titles = known or [ONLY_SIGN_IN]
        return reduce(
            lambda first, rest: Text(AND, {"first": first.to_json(), "rest": rest.to_json()}), titles
        )


class Watch(models.Model):
    """Someone has this stage open on a visible page, so its facts are re-read."""

    setup = models.ForeignKey(Setup, on_delete=models.CASCADE, related_name="watches")
    stage = models.CharField(max_length=60)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["setup", "stage"], name="one_watch_per_stage"),)

    def __str__(self) -> str:
        return f"{self.stage} until {self.until:%H:%M:%S}"
