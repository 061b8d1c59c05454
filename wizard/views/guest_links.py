"""A member's side of guests: sending a stage by link, taking a link back, and waiting for the client."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from teams import limits
from teams.access import ALLOWED, Action, fetch_for, role_in
from teams.http import SignedInRequest
from wizard.guests import invitations
from wizard.guides.base import Stage
from wizard.live import fragment
from wizard.messages.render import plain
from wizard.models import GuestInvitation, Setup
from wizard.state.status import StageView
from wizard.views.common import fetch_with_or_without_org, refused_as_finished


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: SignedInRequest, setup_id: Any) -> HttpResponse:
    """Which links are open, and a new one: shown once, with a text to send. Of a setup that waits
    for its org, this is the only page."""
    if request.method == "POST":
        return _send(request, fetch_with_or_without_org(request, setup_id, Action.CHANGE))
    setup = fetch_with_or_without_org(request, setup_id)
    if request.htmx:  # the page that waits asks whether it still has to
        return _go_on(setup) if setup.org.is_bound else HttpResponse(status=204)
    return _page(request, setup, request.GET.get("stage", ""))


def _go_on(setup: Setup) -> HttpResponse:
    return HttpResponseClientRedirect(reverse("wizard:setup", args=[setup.pk]))


def _send(request: SignedInRequest, setup: Setup) -> HttpResponse:
    stage = request.POST.get("stage", "")
    if refused_as_finished(request, setup):
        return redirect("wizard:invite", setup.pk)
    if stage not in {each.key for each in _stages(setup)}:
        messages.error(request, _("Choose the stage to send."))
    elif seconds := limits.inviting(request.user):
        messages.warning(request, limits.words(seconds))
    else:
        made, link = invitations.invite(setup, stage, request.user)
        return _page(request, setup, stage, link=link, mail=mail(request, setup, made, link))
    return redirect("wizard:invite", setup.pk)


def _stages(setup: Setup) -> list[Stage[Any, Any]]:
    """The stages to choose from. Before anybody signed in, only the first: the others need what it reads."""
    stages = invitations.sendable(setup)
    return stages if setup.org.is_bound else stages[:1]


def _sendable(setup: Setup) -> list[StageView]:
    """The same with how far they are."""
    stages = _stages(setup)
    overview = fragment.stage_state(setup, stages[0].key).overview
    return [overview.stage(each.key) for each in stages]


def _page(request: SignedInRequest, setup: Setup, stage: str, **made: Any) -> HttpResponse:
    stages = _sendable(setup)
    chosen = next((each for each in stages if each.stage.key == stage), None)
    # Nothing is proposed that is done, or that has to wait: only who looks for it finds it.
    proposed = chosen or next((each for each in stages if not each.done and not each.blocked), None)
    rows = [(each, setup.guide.stage(each.stage)) for each in invitations.of_setup(setup)]
    ctx = {
        "setup": setup,
        "org": setup.org,
        "stages": stages,
        "chosen": proposed,
        "rows": rows,
        "may_change": Action.CHANGE in ALLOWED[role_in(setup)],
        "may_connect": Action.CONNECT in ALLOWED[role_in(setup)],
        "days": invitations.LIFETIME.days,
        **made,
    }
    return render(request, "wizard/invite.html", ctx)


def mail(request: SignedInRequest, setup: Setup, made: GuestInvitation, link: str) -> tuple[str, str]:
    """Subject and text of a message that the member sends with their own program."""
    minutes = setup.guide.stage(made.stage).minutes
    takes = ngettext(
        "It takes about %(minutes)s minute, on a phone too.",
        "It takes about %(minutes)s minutes, on a phone too.",
        minutes,
    )
    words = {
        "org": setup.org.name,
        "stage": plain(setup.guide.stage(made.stage).title),
        "takes": takes % {"minutes": minutes},
        "until": formats.date_format(made.expires_at, "DATE_FORMAT"),
        "name": request.user.name,
        "link": link,
    }
    subject = _("Your part of the Salesforce set-up for %(org)s: %(stage)s") % words
    text = _(
        "Hello,\n\nWe are connecting Salesforce and Marketing Cloud for %(org)s. One part is for a "
        "Salesforce admin on your side: %(stage)s. %(takes)s\n\n"
        "Open this link and sign in with your own Salesforce user. You need no account and no new password:\n"
        "%(link)s\n\n"
        "The link is for one person and works until %(until)s. Please do not pass it on.\n\n"
        "Thank you\n%(name)s"
    )
    return subject, text % words


@require_POST
def revoke(request: SignedInRequest, link_id: uuid.UUID) -> HttpResponse:
    """Take a link back; who came by it is out at once."""
    rows = GuestInvitation.objects.select_related("setup", "setup__org")
    found = fetch_for(request.user, Action.CHANGE, rows, team_field="setup__org__team", pk=link_id)
    if invitations.revoke(found, request.user):
        messages.success(request, _("The link opens nothing any more."))
    else:
        messages.info(request, _("This link was over already."))
    return redirect("wizard:invite", found.setup_id)
