"""What a search for a setup may be about: its org, a person, an error, the reference of a job."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from teams.models import SetupGuest, User
from wizard.messages import remedies
from wizard.messages.render import plain
from wizard.models import Event, GuestInvitation, Job
from wizard.query_params import REFERENCE

FEWEST_LETTERS = 3  # of an error's sentence: shorter, nearly every sentence has them


def matches(q: str) -> Q:
    """For a queryset of setups."""
    return org(q) | _person(q) | _error(q) | reference(q)


def org(q: str) -> Q:
    return (
        Q(org__name__icontains=q) | Q(org__org_id__startswith=q) | Q(org__connection__username__icontains=q)
    )


def _person(q: str) -> Q:
    """Whoever started it, has it, did something in it, or was let into it."""
    people = User.objects.filter(Q(name__icontains=q) | Q(email__icontains=q)).values("pk")
    acted = Event.objects.filter(actor__in=people).values("setup")
    guests = SetupGuest.objects.filter(user__in=people).values("setup_id")
    invited = GuestInvitation.objects.filter(used_by__in=people).values("setup")
    mine = Q(started_by__in=people) | Q(assignee__in=people)
    return mine | Q(pk__in=acted) | Q(pk__in=guests) | Q(pk__in=invited)


def _error(q: str) -> Q:
    """A code, what Salesforce said with it, or the sentence that we show for it."""
    about = Q(error_code__icontains=q) | Q(error_details__icontains=q) | Q(error_code__in=_codes(q))
    return Q(Exists(Job.objects.filter(about, setup=OuterRef("pk"), state=Job.State.FAILED)))


def _codes(q: str) -> list[str]:
    if len(q) < FEWEST_LETTERS:
        return []
    return [
        code for code, each in remedies.REMEDIES.items() if q.casefold() in plain(each.happened).casefold()
    ]


def reference(q: str) -> Q:
    """The references of jobs in what was typed; nothing if there are none."""
    found = REFERENCE.findall(q.lower())
    jobs = Job.objects.filter(reference__in=found).values("setup")
    return Q(pk__in=jobs) if found else Q()
