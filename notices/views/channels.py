"""Where a team's and a person's notices go: to programs and chats, each with its log of deliveries."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
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
from teams import limits, reauth
from teams.access import Action, fetch_for
from teams.http import SignedInRequest
from teams.models import Team

MOST = 20  # channels of one team, or of one person
SHOWN = 50  # deliveries in a log


def fetch_channel(request: SignedInRequest, channel_id: UUID) -> Channel:
    """The person's own, or one of a team that they manage."""
    rows = Channel.objects.exclude(type=Channel.Type.MAIL).select_related("team", "person")
    if own := rows.filter(person=request.user, pk=channel_id).first():
        return own
    return fetch_for(request.user, Action.MANAGE, rows, team_field="team", pk=channel_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: SignedInRequest, team_id: UUID) -> HttpResponse:
    found = fetch_for(request.user, Action.MANAGE, Team.objects.all(), team_field="pk", pk=team_id)
    here = reverse("notices:team", args=[found.pk])
    return _page(request, here, Channel(team=found), Channel.objects.filter(team=found))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: SignedInRequest) -> HttpResponse:
    """Where a person's own notices go beside their e-mail and their bell."""
    rows = Channel.objects.filter(person=request.user).exclude(type=Channel.Type.MAIL)
    return _page(request, reverse("notices:own"), Channel(person=request.user), rows)


def _page(request: SignedInRequest, here: str, new: Channel, rows: QuerySet[Channel]) -> HttpResponse:
    form = ChannelForm(request.POST or None, initial={"kinds": every_kind()})
    if request.method == "POST" and form.is_valid():
        if asked := reauth.ask_first(request, here):
            return asked
        if rows.count() < MOST:
            return _log(request, *_add(request, new, form))
        messages.warning(request, _("%(most)s of them are the most. Remove one first.") % {"most": MOST})
    ctx = {"team": new.team, "channels": rows, "form": form}
    return render(request, "notices/team.html", ctx, status=422 if form.errors else 200)


@transaction.atomic
def _add(request: SignedInRequest, made: Channel, form: ChannelForm) -> tuple[Channel, str]:
    """The channel, and the secret of a webhook: shown here, and never again."""
    made.type, made.kinds = form.cleaned_data["type"], form.cleaned_data["kinds"]
    made.language, made.created_by = translation.get_language(), request.user
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
    if seconds := limits.testing(request.user):
        return limits.refused(request, seconds)
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
        found.delete()
    messages.success(request, _("Removed. Nothing goes there any more."))
    return redirect("notices:team", found.team_id) if found.team_id else redirect("notices:own")
