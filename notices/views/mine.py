"""What a person wishes to be told of, by the bell and by e-mail."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from notices import bell
from notices.forms import AT_ONCE, NO_MAIL, WishesForm
from notices.kinds import every_kind
from notices.models import Channel, Reader
from teams.http import SignedInRequest
from teams.models import User


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: SignedInRequest) -> HttpResponse:
    form = WishesForm(request.POST or None, initial=_now(request.user))
    if request.method == "POST" and form.is_valid():
        _keep(request.user, form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account")
    return render(request, "notices/mine.html", {"form": form}, status=422 if request.POST else 200)


def _now(person: User) -> dict[str, object]:
    reader, mail = (
        bell.reader_of(person),
        Channel.objects.filter(type=Channel.Type.MAIL, person=person).first(),
    )
    hour = NO_MAIL if mail is None or not mail.kinds else AT_ONCE if mail.hour is None else str(mail.hour)
    return {
        "everything": "all" if reader.everything else "mine",
        "bell": reader.bell,
        "mail": hour,
        "mail_kinds": mail.kinds if mail and mail.kinds else every_kind(),
    }


@transaction.atomic
def _keep(person: User, wished: dict[str, Any]) -> None:
    values: dict[str, Any] = {"everything": wished["everything"] == "all", "bell": wished["bell"]}
    Reader.objects.update_or_create(person=person, defaults=values)
    when = str(wished["mail"])
    values = {
        "kinds": [] if when == NO_MAIL else wished["mail_kinds"],
        "hour": int(when) if when.isdigit() else None,
    }
    Channel.objects.update_or_create(type=Channel.Type.MAIL, person=person, defaults=values)
