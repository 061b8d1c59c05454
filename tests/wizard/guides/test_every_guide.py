"""What holds for every guide and every step of it, so that a new one is covered the day it is added."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from orgs.hosts import PAGES
from tests.wizard.guides.connected_app_authentication import samples as first
from tests.wizard.guides.toy import samples as toy
from tests.wizard.guides.toy.guide import TOY
from wizard.guides.base import AnyGuide, AnyStep, Finding, Instruction, Proof, Status
from wizard.guides.connected_app_authentication.guide import GUIDE, PART_OBJECTS
from wizard.guides.registry import GUIDES, get
from wizard.guides.text import Text
from wizard.messages import remedies

SAMPLES: Mapping[str, Any] = {GUIDE.key: first, TOY.key: toy}
EVERY = (*GUIDES.values(), TOY)
CHOSEN = [
    pytest.param(guide, choices, id=f"{guide.key}-{name}")
    for guide in EVERY
    for name, choices in SAMPLES[guide.key].CHOICES.items()
]
STEPS = [pytest.param(guide, step, id=f"{guide.key}-{step.key}") for guide in EVERY for step in guide.steps()]
STEPS_CHOSEN = [
    pytest.param(guide, step, choices, id=f"{guide.key}-{step.key}-{name}")
    for guide in EVERY
    for step in guide.steps()
    for name, choices in SAMPLES[guide.key].CHOICES.items()
]


def blind_snapshots(guide: AnyGuide, choices: Any) -> Iterator[Any]:
    """Snapshots that prove nothing: not read, unreadable, empty, and each with one part missing."""
    of = SAMPLES[guide.key]
    yield of.NOTHING
    for whole in (of.unreadable(choices), of.empty(choices)):
        yield whole
        for name in of.PARTS:
            yield of.without(whole, name)


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


@pytest.mark.parametrize("guide", EVERY, ids=[guide.key for guide in EVERY])
def test_every_source_line_belongs_to_exactly_one_step(guide: AnyGuide) -> None:
    lines = sorted(line for step in guide.steps() for line in step.lines)
    assert lines == list(SAMPLES[guide.key].LINES) == sorted(guide.source_lines)


@pytest.mark.parametrize("guide", EVERY, ids=[guide.key for guide in EVERY])
def test_keys_are_unique_and_needs_name_real_stages(guide: AnyGuide) -> None:
    stages = [stage.key for stage in guide.stages]
    steps = [step.key for step in guide.steps()]
    assert len(set(stages)) == len(stages)
    assert len(set(steps)) == len(steps)
    assert all(need in stages and need != stage.key for stage in guide.stages for need in stage.needs)
    assert len({each.key for each in guide.inputs}) == len(guide.inputs)


@pytest.mark.parametrize(("guide", "step"), STEPS)
def test_a_step_is_of_a_known_kind(guide: AnyGuide, step: AnyStep) -> None:
    assert not (step.plan and not step.check), "a plan needs a check"
    assert step.check or step.confirm, "without a check somebody has to confirm"
    assert step.confirm, "what can't be read must be confirmable, or the setup gets stuck"
    assert step.reads <= set(SAMPLES[guide.key].PARTS)


@pytest.mark.parametrize(("guide", "step", "choices"), STEPS_CHOSEN)
def test_no_check_passes_without_evidence(guide: AnyGuide, step: AnyStep, choices: Any) -> None:
    for snapshot in blind_snapshots(guide, choices):
        if step.check is None:
            continue
        finding = step.check(snapshot, choices)
        chosen_here = not step.reads and finding.proof is Proof.CHOICE  # is its own evidence
        assert finding.status is not Status.DONE or chosen_here, finding
        assert Finding.load(finding.to_json()) == finding
        for text in texts_of(finding):
            assert text.plain()
        assert finding.remedy is None or remedies.get(finding.remedy).do.plain()


@pytest.mark.parametrize(("guide", "step", "choices"), STEPS_CHOSEN)
def test_a_check_and_a_plan_look_only_at_the_parts_that_the_step_names(
    guide: AnyGuide, step: AnyStep, choices: Any
) -> None:
    """Watching reads only `reads`: what is outside must not change the answer."""
    of = SAMPLES[guide.key]
    for snapshot in (of.empty(choices), of.unreadable(choices)):
        seen = of.without(snapshot, *(name for name in of.PARTS if name not in step.reads))
        assert step.check is None or step.check(seen, choices) == step.check(snapshot, choices)
        assert step.plan is None or step.plan(seen, choices) == step.plan(snapshot, choices)


@pytest.mark.parametrize(("guide", "step", "choices"), STEPS_CHOSEN)
def test_nothing_is_planned_on_what_was_not_read(guide: AnyGuide, step: AnyStep, choices: Any) -> None:
    of = SAMPLES[guide.key]
    for snapshot in (of.NOTHING, of.unreadable(choices)):
        assert step.plan is None or step.plan(snapshot, choices) == []


@pytest.mark.parametrize(("guide", "step", "choices"), STEPS_CHOSEN)
def test_every_step_can_be_done_by_hand_with_links_that_exist(
    guide: AnyGuide, step: AnyStep, choices: Any
) -> None:
    assert step.how is not None
    for snapshot in blind_snapshots(guide, choices):
        check_instructions(step.how(snapshot, choices))


@pytest.mark.parametrize(("guide", "choices"), CHOSEN)
def test_a_stage_s_own_list_of_instructions_has_links_that_exist(guide: AnyGuide, choices: Any) -> None:
    for stage in guide.stages:
        for snapshot in blind_snapshots(guide, choices):
            if stage.how is not None:
                check_instructions(stage.how(snapshot, choices))


def check_instructions(instructions: tuple[Instruction, ...]) -> None:
    assert instructions
    for instruction in instructions:
        assert all(text.plain() for text in texts_in(instruction))
        for link in (instruction.link, instruction.classic_link):
            assert link is None or link.page in PAGES
            assert link is None or PAGES[link.page] in (None, *link.params)


@pytest.mark.parametrize(("guide", "choices"), CHOSEN)
def test_warnings_never_raise(guide: AnyGuide, choices: Any) -> None:
    for stage in guide.stages:
        for snapshot in blind_snapshots(guide, choices):
            warning = stage.warning(snapshot, choices) if stage.warning else None
            assert warning is None or warning.plain()


def static_texts() -> Iterator[Text]:
    for guide in EVERY:
        yield guide.title
        for each in guide.inputs:
            yield from (each.label, each.help, *(text for _, text in each.choices))
        for stage in guide.stages:
            yield from (stage.title, stage.purpose)
            for step in stage.steps:
                yield from (text for text in (step.title, step.why, step.confirm) if text)
                assert step.how is not None
                of = SAMPLES[guide.key]
                for instruction in step.how(of.NOTHING, [*of.CHOICES.values()][1]):
                    yield from texts_in(instruction)


def test_sentences_are_short_and_name_the_two_users_apart() -> None:
    for text in static_texts():
        for sentence in text.plain().replace("? ", ". ").split(". "):
            assert len(sentence.split()) <= 20, sentence
        assert "API user" not in text.plain()
        assert text.message.count("**") % 2 == 0
        assert {name for _, name, _, _ in string.Formatter().parse(text.message) if name} <= set(text.params)


def test_the_app_never_asks_for_a_password() -> None:
    assert not any("password" in each.label.plain().lower() for guide in EVERY for each in guide.inputs)
    fields = [field for source in PART_OBJECTS.values() for field in (*source.fields, *source.guarded)]
    assert not any("password__" in field.lower() or "token__" in field.lower() for field in fields)
