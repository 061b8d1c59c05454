"""The rows of a list that wait, started one after the other: each with its setup, its link and its mail.

A row and what is made for it are written in one transaction. Whoever is killed in the middle of one has
done nothing for it, and the next one begins it anew.
"""

from __future__ import annotations

import logging
from smtplib import SMTPRecipientsRefused

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from bulk import lists
from bulk.models import ClientList, ClientRow, Preset
from teams.access import Action, fetch_for
from teams.accounts import NO_MAIL
from teams.acting.acts import NotDone
from teams.models import Team
from wizard.actions.start_and_send import Client, start_and_send
from wizard.guides import names
from wizard.guides.text import Json

logger = logging.getLogger(__name__)


def start_next(made: ClientList) -> bool:
    """Start one client that waits and that no other worker is at; False if there is none (any more)."""
    try:
        with transaction.atomic():
            row = _take(made)
            if row is None:
                return False
            _start(row)
    except (Http404, PermissionDenied):
        lists.stop(made, "not_allowed")
        return False
    except NO_MAIL as problem:
        logger.error("No e-mail can be sent (%s): is EMAIL_HOST right?", type(problem).__name__)
        lists.stop(made, "no_mail")
        return False
    return True


def _take(made: ClientList) -> ClientRow | None:
    rows = ClientRow.objects.select_related("list", "preset").select_for_update(
        no_key=True, skip_locked=True, of=("self",)
    )
    going = {"list__started_at__isnull": False, "list__stopped_at": None}
    return rows.filter(list=made, state=ClientRow.State.WAITING, **going).order_by("number").first()


def _start(row: ClientRow) -> None:
    person = row.list.started_by
    if person is None or not person.is_active:
        raise PermissionDenied
    team = fetch_for(person, Action.CONNECT, Team.objects.all(), team_field="pk", pk=row.list.team_id)
    try:
        with transaction.atomic():
            row.setup = start_and_send(team, person, _client(row))
    except SMTPRecipientsRefused:
        _put_back(row, "refused_address", row.email)
    except NotDone as why:
        _put_back(row, why.code, str(why.params.get("client", "")))
    else:
        row.state = ClientRow.State.STARTED
        row.save(update_fields=["state", "setup"])


def _put_back(row: ClientRow, problem: str, about: str) -> None:
    row.state, row.problem, row.about = ClientRow.State.TO_MEND, problem, about
    row.save(update_fields=["state", "problem", "about"])


def _client(row: ClientRow) -> Client:
    inputs: dict[str, Json] = {"mid": row.mid} if row.mid else {}
    if row.preset is None:
        return Client(row.client, row.email, row.list.language, inputs=inputs)
    return Client(
        row.client,
        row.email,
        row.preset.language,
        only_sign_in=row.preset.only_sign_in,
        inputs={**inputs, **choices_of(row.preset)},
    )


def choices_of(preset: Preset) -> dict[str, Json]:
    """What the preset chooses, as a setup keeps it."""
    chosen: dict[str, Json] = {"set_label": preset.set_label}
    chosen["set_name"] = preset.set_name or names.api_name(preset.set_label)
    if preset.profile:
        chosen["people_profile"] = preset.profile
    return chosen
