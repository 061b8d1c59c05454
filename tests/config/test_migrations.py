"""For one release the processes of the version before work on the new tables: an upgrade may be under way
on one machine while another still serves. So a column is added in such a way that old code can leave it
out, and taken away only when no code knows it any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

#: From these on; what came before them is in no installation any more.
SINCE = {"orgs": 4, "teams": 7, "wizard": 14}
LEAVES_OLD_CODE_ALONE = (
    migrations.CreateModel,
    migrations.AddIndex,
    migrations.RemoveIndex,
    migrations.AlterModelOptions,
    migrations.RemoveConstraint,
    migrations.RunPython,
    migrations.RunSQL,
    migrations.SeparateDatabaseAndState,
)
#: Looked at by a person: each follows from what old code does anyway.
LOOKED_AT = {
    # A setup that is put away is none that is open: old code puts none away.
    ("wizard", "0016_archived", "AddConstraint one_open_setup_per_org_and_guide"),
}


def breaks_old_code(app: str, operation: Operation, before: ProjectState) -> bool:
    if isinstance(operation, migrations.AddField):
        return not (operation.field.null or _has_default(operation.field))
    if isinstance(operation, migrations.AlterField):
        old = before.models[app, operation.model_name_lower].fields[operation.name]
        return _column(old) != _column(operation.field) or (old.null and not operation.field.null)
    return not isinstance(operation, LEAVES_OLD_CODE_ALONE)


def _has_default(field: models.Field[Any, Any]) -> bool:
    return field.db_default is not NOT_PROVIDED


def _column(field: models.Field[Any, Any]) -> str:
    return str(field.__class__.__name__ + str(field.max_length))


def later() -> Iterator[tuple[str, str, Operation, ProjectState]]:
    loader = MigrationLoader(connection)
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app in SINCE and int(name[:4]) >= SINCE[app]:
            state = loader.project_state((app, name), at_end=False)
            for operation in migration.operations:
                yield app, name, operation, state
                operation.state_forwards(app, state)


def _named(operation: Operation) -> str:
    constraint = getattr(operation, "constraint", None)
    return str(constraint.name if constraint else getattr(operation, "name", ""))


@pytest.mark.django_db
def test_the_version_before_works_on_the_new_tables() -> None:
    seen = list(later())
    assert len(seen) > 10
    broken = {
        (app, name, f"{type(each).__name__} {_named(each)}")
        for app, name, each, before in seen
        if breaks_old_code(app, each, before)
    }
    assert broken == LOOKED_AT


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("job", "colour", models.CharField(max_length=9, default="red")),
        migrations.AlterField("job", "error_code", models.CharField(max_length=10)),
        migrations.AlterField("job", "started_at", models.DateTimeField()),
        migrations.RemoveField("job", "claim"),
        migrations.RenameField("job", "claim", "held_by"),
        migrations.DeleteModel("job"),
    ],
)
@pytest.mark.django_db
def test_what_old_code_would_stumble_over_is_found(operation: Operation) -> None:
    assert breaks_old_code("wizard", operation, MigrationLoader(connection).project_state())


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("job", "colour", models.CharField(max_length=9, default="", db_default="")),
        migrations.AddField("job", "colour", models.CharField(max_length=9, null=True)),
        migrations.AlterField("job", "error_code", models.CharField(max_length=80, help_text="a code")),
    ],
)
@pytest.mark.django_db
def test_what_old_code_can_live_with_is_not(operation: Operation) -> None:
    assert not breaks_old_code("wizard", operation, MigrationLoader(connection).project_state())
