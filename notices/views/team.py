"""Where a team's notices go: to programs and to chats, each with the log of its deliveries."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from notices import audit, sending, words
from notices.channels import webhook
from notices.forms import ChannelForm, KindsForm
from notices.kinds import every_kind
from notices.models import Channel, Delivery
from teams import reauth
from teams.access import Action, fetch_for
from teams.http import SignedInRequest
from teams.models import Team

MOST = 20  # channels of one team
SHOWN = 50  # deliveries in a log


def fetch_channel(request: SignedInRequest, channel_id: UUID) -> Channel:
    rows = Channel.objects.select_related("team")
    return fetch_for(request.user, Action.MANAGE, rows, team_field="team", pk=channel_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: SignedInRequest, team_id: UUID) -> HttpResponse:
    found = fetch_for(request.user, Action.MANAGE, Team.objects.all(), team_field="pk", pk=team_id)
    form = ChannelForm(request.POST or None, initial={"kinds": every_kind()})
    if request.method == "POST" and form.is_valid():
        if asked := reauth.ask_first(request, reverse("notices:team", args=[found.pk])):
            return asked
        if found.channels.count() < MOST:
            return _log(request, *_add(request, found, form))
        messages.warning(
            request, _("A team has %(most)s of them at most. Remove one first.") % {"most": MOST}
        )
    ctx = {"team": found, "channels": found.channels.all(), "form": form}
    return render(request, "notices/team.html", ctx, status=422 if form.errors else 200)


@transaction.atomic
def _add(request: SignedInRequest, found: Team, form: ChannelForm) -> tuple[Channel, str]:
    """The channel, and the secret of a webhook: shown here, and never again."""
    made = Channel(
        team=found,
        type=form.cleaned_data["type"],
        kinds=form.cleaned_data["kinds"],
        language=translation.get_language(),
        created_by=request.user,
    )
    made.lead_to(form.cleaned_data["address"])
    secret = webhook.new_secret() if made.type == Channel.Type.WEBHOOK else ""
    made.secret = secret
    made.save()
    audit.note("channel_added", made, request.user)
    return made, secret


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: SignedInRequest, channel_id: UUID) -> HttpResponse:
    found = fetch_channel(request, channel_id)
    if request.method != "POST":
        return _log(request, found)
    form = KindsForm(request.POST)
    if not form.is_valid():
        return _log(request, found, form=form)
    with transaction.atomic():
        was_off = found.off_at is not None
        found.kinds, found.off_at = form.cleaned_data["kinds"], None
        found.save(update_fields=["kinds", "off_at"])
        audit.note("channel_on" if was_off else "channel_changed", found, request.user)
    messages.success(request, _("Saved."))
    return redirect("notices:channel", found.pk)


def _log(
    request: SignedInRequest, found: Channel, secret: str = "", form: KindsForm | None = None
) -> HttpResponse:
    rows = found.deliveries.select_related("notice__org").order_by("-id")[:SHOWN]
    ctx = {
        "channel": found,
        "secret": secret,
        "form": form or KindsForm(initial={"kinds": found.kinds}),
        "rows": [(each, words.say(each.notice), words.error(each.error)) for each in rows],
    }
    return render(request, "notices/channel.html", ctx, status=422 if form else 200)


@require_POST
def test(request: SignedInRequest, channel_id: UUID) -> HttpResponse:
    found = fetch_channel(request, channel_id)
    sending.send_test(found)
    messages.success(request, _("A test is on its way. What became of it stands below in a moment."))
    return redirect("notices:channel", found.pk)


@require_POST
def again(request: SignedInRequest, channel_id: UUID, delivery_key: UUID) -> HttpResponse:
    found = fetch_channel(request, channel_id)
    sending.send_again(get_object_or_404(Delivery, channel=found, key=delivery_key))
    messages.success(request, _("It is sent again. What became of it stands below in a moment."))
    return redirect("notices:channel", found.pk)


@require_POST
def remove(request: SignedInRequest, channel_id: UUID) -> HttpResponse:
    found = fetch_channel(request, channel_id)
    with transaction.atomic():
        audit.note("channel_removed", found, request.user)
        team_id = found.team_id
        found.delete()
    messages.success(request, _("Removed. Nothing goes there any more."))
    return redirect("notices:team", team_id)
