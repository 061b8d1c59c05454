"""A list of clients from being handed in to its end: judged, mended, started, stopped."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from bulk.judging import problem_of
from bulk.models import ClientList, ClientRow, Preset
from bulk.table import Row
from teams.models import Team, User
from wizard.actions.start_and_send import clients_there

State = ClientRow.State


def hand_in(
    team: Team, person: User, rows: list[Row], preset: Preset | None = None, *, language: str
) -> ClientList:
    """Keep the rows, with what speaks against each. Nothing is started."""
    with transaction.atomic():
        made = ClientList.objects.create(team=team, made_by=person, preset=preset, language=language)
        there = clients_there(team, [row.client for row in rows])
        presets = presets_of(team)
        earlier: dict[str, int] = {}
        kept = []
        for row in rows:
            problem = problem_of(row, presets, earlier, there)
            kept.append(
                ClientRow(
                    list=made,
                    number=row.number,
                    client=row.client[:200],
                    email=row.email[:254],
                    preset_name=row.preset[:80],
                    preset=presets.get(row.preset.lower(), preset),
                    mid=row.mid[:20],
                    state=State.TO_MEND if problem else State.WAITING,
                    problem=problem.code if problem else "",
                    about=problem.about if problem else "",
                )
            )
            if row.client:
                earlier.setdefault(row.client.lower(), row.number)
        ClientRow.objects.bulk_create(kept)
    return made


def presets_of(team: Team) -> dict[str, Preset]:
    """By their names in lower case."""
    return {preset.name.lower(): preset for preset in Preset.objects.filter(team=team)}


def mend(row: ClientRow, client: str, email: str, preset_name: str, mid: str) -> None:
    """Take what somebody typed for a row that was not started; it waits if nothing speaks against it now."""
    with transaction.atomic():
        locked = _locked(row)
        if locked is None:
            return
        said = Row(locked.number, client, email, preset_name, mid)
        team, presets = locked.list.team, presets_of(locked.list.team)
        others = locked.list.rows.exclude(pk=locked.pk).exclude(state=State.LEFT_OUT)
        rows_of = {name.lower(): number for number, name in others.values_list("number", "client") if name}
        problem = problem_of(said, presets, rows_of, clients_there(team, [client]))
        locked.client, locked.email, locked.preset_name = client[:200], email[:254], preset_name[:80]
        locked.mid, locked.preset = mid[:20], presets.get(preset_name.lower(), locked.list.preset)
        locked.state = State.TO_MEND if problem else State.WAITING
        locked.problem, locked.about = (problem.code, problem.about) if problem else ("", "")
        locked.save()


def leave_out(row: ClientRow) -> None:
    with transaction.atomic():
        if locked := _locked(row):
            locked.state = State.LEFT_OUT
            locked.save(update_fields=["state"])


def _locked(row: ClientRow) -> ClientRow | None:
    """The row, if it was not started meanwhile."""
    rows = ClientRow.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "list__team", "list__preset"
    )
    return rows.filter(pk=row.pk, state__in=(State.TO_MEND, State.WAITING, State.LEFT_OUT)).first()


def go(made: ClientList, person: User) -> None:
    """Begin, or go on: from now on the rows that wait are started, in this person's name."""
    ClientList.objects.filter(pk=made.pk).update(
        started_at=timezone.now(), started_by=person, stopped_at=None, problem=""
    )


def stop(made: ClientList, problem: str = "") -> None:
    """Start nothing more; the row that is being started now ends."""
    going = ClientList.objects.filter(pk=made.pk, started_at__isnull=False, stopped_at=None)
    going.update(stopped_at=timezone.now(), problem=problem)


def unfinished() -> Iterable[ClientList]:
    """The lists that go, and have a row that waits."""
    return ClientList.objects.filter(
        started_at__isnull=False, stopped_at=None, rows__state=State.WAITING
    ).distinct()


def numbers(rows: Iterable[ClientRow]) -> dict[str, int]:
    """How many of the rows are in each state."""
    states = [row.state for row in rows]
    return {state.value: states.count(state.value) for state in State}
