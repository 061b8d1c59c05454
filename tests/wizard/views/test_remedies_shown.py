"""Whatever the registry of remedies holds is seen on a page: of a line, or of a job that failed."""

from __future__ import annotations

import re

import pytest
from django.utils.html import strip_tags

from config.paths import BASE_DIR
from tests.wizard.messages.test_remedies import codes_used_as_remedies
from tests.wizard.views.conftest import Site
from wizard.guides.base import AnyStep, Finding
from wizard.guides.text import Text
from wizard.messages import remedies
from wizard.messages.remedies import calls, guide, signing_in, writes
from wizard.messages.render import plain
from wizard.models import Job, StepState

pytestmark = pytest.mark.django_db


def words(page: str) -> str:
    return re.sub(r"\s+", " ", strip_tags(page)).replace("&#x27;", "'").replace("&quot;", '"')


def checked_first(site: Site) -> list[AnyStep]:
    return [step for step in site.desk.setup.guide.preparation.steps if step.check]


def seen_on_lines(site: Site, codes: list[str]) -> str:
    """The first stage, its lines open for these reasons."""
    steps = checked_first(site)
    for step, code in zip(steps, codes, strict=False):
        finding = Finding.to_do("open", Text("It is open."), remedy=code)
        StepState.objects.filter(setup=site.desk.setup, step=step.key).update(finding=finding.to_json())
    return words(site.page("stage", "prepare"))


def test_each_remedy_of_a_line_is_seen_below_it(site: Site) -> None:
    """What a part of the org can't be read for is a code of Salesforce."""
    codes = sorted(codes_used_as_remedies() | {*signing_in.REMEDIES, *calls.REMEDIES, *writes.REMEDIES})
    at_once = len(checked_first(site))
    unseen = set()
    for first in range(0, len(codes), at_once):
        some = codes[first : first + at_once]
        page = seen_on_lines(site, some)
        unseen |= {code for code in some if plain(remedies.REMEDIES[code].do) not in page}
    assert unseen == set()


def test_each_remedy_of_a_job_is_seen_where_it_failed(site: Site) -> None:
    codes = set(remedies.REMEDIES) - codes_used_as_remedies()
    job = site.desk.queue("apply", ["permission_set"])
    unseen = set()
    for code in sorted(codes):
        Job.objects.filter(pk=job.pk).update(state="failed", error_code=code, finished_at=job.created_at)
        page = words(site.page("stage", "permission_set"))
        remedy = remedies.REMEDIES[code]
        unseen |= {code for text in (remedy.happened, remedy.do) if plain(text) not in page}
    assert unseen == set()


def test_no_remedy_is_for_a_code_that_nothing_of_ours_says() -> None:
    files = [path for room in ("wizard", "orgs") for path in (BASE_DIR / room).rglob("*.py")]
    source = "".join(path.read_text() for path in files if "remedies" not in path.parts)
    assert {code for code in guide.REMEDIES if f'"{code}"' not in source} == set()


def test_what_else_was_refused_is_explained_beside_the_first(site: Site) -> None:
    job = site.desk.queue("undo", ["permission_set"])
    row = {"kind": "delete_permission_set", "what": Text("the set").to_json(), "count": 1}
    codes = ("DELETE_FAILED", "SET_USED_ELSEWHERE")
    rows = [{**row, "result": "refused", "error_code": code} for code in codes]
    job.events.create(setup=site.desk.setup, kind="undone", data={"rows": rows})
    Job.objects.filter(pk=job.pk).update(state="failed", error_code=codes[0], finished_at=job.created_at)
    page = words(site.page("stage", "permission_set"))
    assert [plain(remedies.get(code).do) in page for code in codes] == [True, True]
