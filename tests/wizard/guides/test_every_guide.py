"""What holds for every guide and every step of it, so that a new one is covered the day it is added."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from orgs.hosts import PAGES
from wizard.guides.base import Finding, Guide, Instruction, Stage, Status, Step
from wizard.guides.connected_app_authentication.guide import GUIDE, PART_OBJECTS
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.reading import asked
from wizard.guides.connected_app_authentication.snapshot import PARTS, Part, Snapshot, State
from wizard.guides.registry import GUIDES, get
from wizard.guides.text import Text
from wizard.messages import remedies

SOURCE_LINES = {"connected_app_authentication": range(1, 39)}
STEPS = [
    pytest.param(guide, stage, step, id=f"{guide.key}-{step.key}")
    for guide in GUIDES.values()
    for stage in guide.stages
    for step in stage.steps
]
CHOICES = {
    "nothing chosen": Choices(),
    "all chosen": Choices(
        mode="first",
        connection_user="005000000000001AAA",
        people=("005000000000002AAA", "005000000000003AAA"),
        set_name="Marketing_Cloud_Connected_App",
        mid="not a number",
        started_at="2026-11-24T09:00:00+00:00",
    ),
    "a repair that adopts": Choices(
        mode="repair", connection_user="005000000000001AAA", set_name="X", adopt="0PS000000000001AAA"
    ),
}


def unreadable(choices: Choices) -> Snapshot:
    parts: dict[str, Any] = {
        name: Part[Any](
            State.UNREADABLE, code="INSUFFICIENT_ACCESS", message="no", asked=asked(name, choices)
        )
        for name in PARTS
    }
    return Snapshot(**parts)


def empty(choices: Choices) -> Snapshot:
    parts: dict[str, Any] = {name: Part[Any](State.KNOWN, (), asked=asked(name, choices)) for name in PARTS}
    return Snapshot(**(parts | {"rights": Part(State.KNOWN, {})}))


def without(snapshot: Snapshot, *names: str) -> Snapshot:
    not_read: dict[str, Any] = {name: Part() for name in names}
    return replace(snapshot, **not_read)


def blind_snapshots(choices: Choices) -> Iterator[Snapshot]:
    """Snapshots that prove nothing: not read, unreadable, empty, and each with one part missing."""
    yield Snapshot()
    for whole in (unreadable(choices), empty(choices)):
        yield whole
        for name in PARTS:
            yield without(whole, name)


def texts_of(finding: Finding) -> list[Text]:
    return [text for text in (finding.sentence, finding.now, finding.must) if text is not None]


def texts_in(instruction: Instruction) -> Iterator[Text]:
    yield instruction.text
    if instruction.classic:
        yield instruction.classic
    for link in (instruction.link, instruction.classic_link):
        if link:
            yield link.label


def test_the_registry_finds_a_guide_by_its_key() -> None:
    assert [get(key).key for key in GUIDES] == list(GUIDES)
    with pytest.raises(KeyError):
        get("no such guide")


@pytest.mark.parametrize("guide", GUIDES.values(), ids=list(GUIDES))
def test_every_source_line_belongs_to_exactly_one_step(guide: Guide[Any, Any]) -> None:
    lines = sorted(line for step in guide.steps() for line in step.lines)
    assert lines == list(SOURCE_LINES[guide.key])


@pytest.mark.parametrize("guide", GUIDES.values(), ids=list(GUIDES))
def test_keys_are_unique_and_needs_name_real_stages(guide: Guide[Any, Any]) -> None:
    stages = [stage.key for stage in guide.stages]
    steps = [step.key for step in guide.steps()]
    assert len(set(stages)) == len(stages)
    assert len(set(steps)) == len(steps)
    assert all(need in stages and need != stage.key for stage in guide.stages for need in stage.needs)
    assert len({each.key for each in guide.inputs}) == len(guide.inputs)


@pytest.mark.parametrize(("guide", "stage", "step"), STEPS)
def test_a_step_is_of_a_known_kind(
    guide: Guide[Any, Any], stage: Stage[Any, Any], step: Step[Any, Any]
) -> None:
    assert not (step.plan and not step.check), "a plan needs a check"
    assert step.check or step.confirm, "without a check somebody has to confirm"
    assert step.confirm, "what can't be read must be confirmable, or the setup gets stuck"
    assert step.reads <= set(PART_OBJECTS)


@pytest.mark.parametrize("choices", CHOICES.values(), ids=list(CHOICES))
@pytest.mark.parametrize(("guide", "stage", "step"), STEPS)
def test_no_check_passes_without_evidence(
    guide: Guide[Any, Any], stage: Stage[Any, Any], step: Step[Any, Any], choices: Choices
) -> None:
    for snapshot in blind_snapshots(choices):
        if step.check is None:
            continue
        finding = step.check(snapshot, choices)
        assert finding.status is not Status.DONE, finding
        assert Finding.from_json(finding.to_json()) == finding
        for text in texts_of(finding):
            assert text.plain()
        assert finding.remedy is None or remedies.get(finding.remedy).do.plain()


@pytest.mark.parametrize("choices", CHOICES.values(), ids=list(CHOICES))
@pytest.mark.parametrize(("guide", "stage", "step"), STEPS)
def test_a_check_and_a_plan_look_only_at_the_parts_that_the_step_names(
    guide: Guide[Any, Any], stage: Stage[Any, Any], step: Step[Any, Any], choices: Choices
) -> None:
    """Watching reads only `reads`: what is outside must not change the answer."""
    for snapshot in (empty(choices), unreadable(choices)):
        seen = without(snapshot, *(name for name in PARTS if name not in step.reads))
        assert step.check is None or step.check(seen, choices) == step.check(snapshot, choices)
        assert step.plan is None or step.plan(seen, choices) == step.plan(snapshot, choices)


@pytest.mark.parametrize("choices", CHOICES.values(), ids=list(CHOICES))
@pytest.mark.parametrize(("guide", "stage", "step"), STEPS)
def test_nothing_is_planned_on_what_was_not_read(
    guide: Guide[Any, Any], stage: Stage[Any, Any], step: Step[Any, Any], choices: Choices
) -> None:
    for snapshot in (Snapshot(), unreadable(choices)):
        assert step.plan is None or step.plan(snapshot, choices) == []


@pytest.mark.parametrize("choices", CHOICES.values(), ids=list(CHOICES))
@pytest.mark.parametrize(("guide", "stage", "step"), STEPS)
def test_every_step_can_be_done_by_hand_with_links_that_exist(
    guide: Guide[Any, Any], stage: Stage[Any, Any], step: Step[Any, Any], choices: Choices
) -> None:
    assert step.how is not None
    for snapshot in blind_snapshots(choices):
        check_instructions(step.how(snapshot, choices))


@pytest.mark.parametrize("choices", CHOICES.values(), ids=list(CHOICES))
@pytest.mark.parametrize("guide", GUIDES.values(), ids=list(GUIDES))
def test_a_stage_s_own_list_of_instructions_has_links_that_exist(
    guide: Guide[Any, Any], choices: Choices
) -> None:
    for stage in guide.stages:
        for snapshot in blind_snapshots(choices):
            if stage.how is not None:
                check_instructions(stage.how(snapshot, choices))


def check_instructions(instructions: tuple[Instruction, ...]) -> None:
    assert instructions
    for instruction in instructions:
        assert all(text.plain() for text in texts_in(instruction))
        for link in (instruction.link, instruction.classic_link):
            assert link is None or link.page in PAGES
            assert link is None or PAGES[link.page] in (None, *link.params)


@pytest.mark.parametrize("choices", CHOICES.values(), ids=list(CHOICES))
@pytest.mark.parametrize("guide", GUIDES.values(), ids=list(GUIDES))
def test_warnings_never_raise(guide: Guide[Any, Any], choices: Choices) -> None:
    for stage in guide.stages:
        for snapshot in blind_snapshots(choices):
            warning = stage.warning(snapshot, choices) if stage.warning else None
            assert warning is None or warning.plain()


def static_texts() -> Iterator[Text]:
    for guide in GUIDES.values():
        yield guide.title
        for each in guide.inputs:
            yield from (each.label, each.help, *(text for _, text in each.choices))
        for stage in guide.stages:
            yield from (stage.title, stage.purpose)
            for step in stage.steps:
                yield from (text for text in (step.title, step.why, step.confirm) if text)
                assert step.how is not None
                for instruction in step.how(Snapshot(), CHOICES["all chosen"]):
                    yield from texts_in(instruction)


def test_sentences_are_short_and_name_the_two_users_apart() -> None:
    for text in static_texts():
        for sentence in text.plain().replace("? ", ". ").split(". "):
            assert len(sentence.split()) <= 20, sentence
        assert "API user" not in text.plain()
        assert text.message.count("**") % 2 == 0
        assert {name for _, name, _, _ in string.Formatter().parse(text.message) if name} <= set(text.params)


def test_the_app_never_asks_for_a_password() -> None:
    assert not any("password" in each.label.plain().lower() for each in GUIDE.inputs)
    fields = [field for source in PART_OBJECTS.values() for field in (*source.fields, *source.guarded)]
    assert not any("password__" in field.lower() or "token__" in field.lower() for field in fields)
