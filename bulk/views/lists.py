"""Many clients from one list: handed in, mended, started, watched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bulk import lists, table, tasks, words
from bulk.forms import HandInForm, RowForm
from bulk.models import ClientList, ClientRow
from teams import spreadsheets
from teams.access import Action, fetch_for, teams_for
from teams.http import SignedInRequest

SHOW_LISTS = 10
State = ClientRow.State


@dataclass(frozen=True)
class Shown:
    """A row on the page, with what is said of it and the form that mends it."""

    row: ClientRow
    why: str = ""
    form: RowForm | None = None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: SignedInRequest) -> HttpResponse:
    """Hand in a list; nothing is started before somebody has looked at it."""
    teams = teams_for(request.user, Action.CONNECT)
    if not teams.exists():
        raise PermissionDenied
    form = HandInForm(request.POST if request.method == "POST" else None, teams=teams)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        made = lists.hand_in(
            found["team"], request.user, found["rows"], found["preset"], language=get_language() or "en"
        )
        return redirect("bulk:list", made.pk)
    earlier = ClientList.objects.filter(team__in=teams).select_related("team").order_by("-created_at")
    ctx = {"form": form, "earlier": earlier[:SHOW_LISTS], "most": table.MOST_ROWS, "several": len(teams) > 1}
    return render(request, "bulk/hand_in.html", ctx, status=422 if form.errors else 200)


@never_cache
@require_GET
def one(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """How far it is, what has to be mended, and who was started."""
    made = _fetch(request, list_id)
    template = "bulk/_list.html" if request.htmx else "bulk/list.html"
    return render(request, template, _context(made))


def _context(made: ClientList) -> dict[str, object]:
    rows = list(made.rows.select_related("setup__org"))
    numbers = lists.numbers(rows)
    return {
        "made": made,
        "to_mend": [_shown(row) for row in rows if row.state == State.TO_MEND],
        "started": [row for row in rows if row.state == State.STARTED],
        "waiting": [row for row in rows if row.state == State.WAITING],
        "left_out": [row for row in rows if row.state == State.LEFT_OUT],
        "done": numbers[State.STARTED],
        "all": len(rows) - numbers[State.LEFT_OUT] - numbers[State.TO_MEND],
        "going": made.is_going and numbers[State.WAITING] > 0,
        "stopped_by_itself": words.STOPPED.get(made.problem, ""),
    }


def _shown(row: ClientRow) -> Shown:
    return Shown(row, str(words.ROW[row.problem]) % {"about": row.about}, RowForm(row))


def _fetch(request: SignedInRequest, list_id: UUID) -> ClientList:
    rows = ClientList.objects.select_related("team", "preset", "started_by")
    return fetch_for(request.user, Action.CONNECT, rows, pk=list_id)


def _fetch_row(request: SignedInRequest, row_id: UUID) -> ClientRow:
    rows = ClientRow.objects.select_related("list")
    return fetch_for(request.user, Action.CONNECT, rows, team_field="list__team", pk=row_id)


@require_POST
def go(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    made = _fetch(request, list_id)
    lists.go(made, request.user)
    tasks.start_clients.delay(str(made.pk))
    return redirect("bulk:list", made.pk)


@require_POST
def stop(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    made = _fetch(request, list_id)
    lists.stop(made)
    messages.info(request, _("Stopped. Who was started stays started."))
    return redirect("bulk:list", made.pk)


@require_POST
def mend(request: SignedInRequest, row_id: UUID) -> HttpResponse:
    """Save what was typed for a row, or leave the row out."""
    row = _fetch_row(request, row_id)
    form = RowForm(row, request.POST)
    if "leave_out" in request.POST:
        lists.leave_out(row)
    elif form.is_valid():
        typed = form.cleaned_data
        lists.mend(row, typed["client"], typed["email"], typed["preset"], typed["mid"])
    else:
        messages.error(
            request, _("Row %(number)s is too long. Nothing was changed.") % {"number": row.number}
        )
    return redirect(f"{reverse('bulk:list', args=[row.list_id])}#rows")


@require_GET
def as_file(request: SignedInRequest, list_id: UUID) -> StreamingHttpResponse:
    """What became of each row, for a spreadsheet."""
    made = _fetch(request, list_id)
    titles = [_("Row"), _("Client"), _("E-mail"), _("Preset"), _("MID"), _("State"), _("Why"), _("Setup")]
    answer = StreamingHttpResponse(
        spreadsheets.table(titles, _cells(request, made)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="clients-{made.created_at:%Y-%m-%d}.csv"'
    return answer


def _cells(request: SignedInRequest, made: ClientList) -> Iterator[list[str]]:
    for row in made.rows.all():
        why = str(words.ROW[row.problem]) % {"about": row.about} if row.problem else ""
        setup = (
            request.build_absolute_uri(reverse("wizard:setup", args=[row.setup_id])) if row.setup_id else ""
        )
        said = [str(row.number), row.client, row.email, row.preset_name, row.mid]
        yield [*said, str(row.get_state_display()), why, setup]
