"""Lines 11-33: the set's name, adoption of an existing one, assignments that count, the app's access."""

from __future__ import annotations

from dataclasses import replace

from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.build import (
    ANNA,
    APP,
    APP_ID,
    NAME,
    SET_ID,
    USER,
    choices,
    seen,
)
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt, Recorder, plan, statuses
from wizard.guides.base import Status
from wizard.guides.connected_app_authentication import how
from wizard.guides.connected_app_authentication.checks_people import (
    check_app_access,
    check_connection_user_sets,
    check_people,
    check_set,
    check_set_name,
    check_system_user,
    nobody_chosen,
)
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.guides.connected_app_authentication.snapshot import Assignment, Grant, PermissionSet

LABEL = "Marketing Cloud Connected App"
OURS = PermissionSet(SET_ID, NAME, LABEL)
PACKAGED = (
    PermissionSet("0PS1", "ExactTarget_Integration", "Marketing Cloud Connector", "et4ae5"),
    PermissionSet("0PS2", "ExactTarget_Integration_Admin", "Marketing Cloud Connector Admin", "et4ae5"),
    PermissionSet("0PS3", "Marketing_Cloud_System_User", "Marketing Cloud System User", "et4ae5"),
)
SETS = (OURS, *PACKAGED)
ALL_FOUR = tuple(Assignment(f"0Pa{i}", USER, each.id) for i, each in enumerate(SETS))


def test_a_name_has_to_be_approved_and_valid() -> None:
    for name, code in (("", "name_not_approved"), ("Two__lines", "name_invalid"), (NAME, "name_valid")):
        chosen = choices(set_name=name)
        assert check_set_name(seen(chosen, sets=PACKAGED), chosen).code == code


def test_a_set_that_looks_like_ours_is_offered_and_nothing_is_planned() -> None:
    same_label = PermissionSet(SET_ID, "MC_App", LABEL)
    same_name = PermissionSet(SET_ID, NAME.lower(), "Something else")
    for other in (same_label, same_name):
        chosen = choices()
        snapshot = seen(chosen, sets=(other, *PACKAGED), assignments=(), app=(APP,), grants=())
        finding = check_set_name(snapshot, chosen)
        assert finding.code == "name_taken"
        adopting, renaming = finding.ways
        assert check_set_name(snapshot, replace(chosen, **adopting.inputs)).code == "not_read"
        free = replace(chosen, **renaming.inputs)
        again = seen(free, sets=(other, *PACKAGED))
        assert check_set_name(again, free).code == "name_valid"
        assert not [change for change in plan(snapshot, chosen) if change.kind == "create_permission_set"]


def test_an_adopted_set_is_used_under_its_own_name(stand: Stand) -> None:
    at = OrgAt.create(stand)
    set_id = at.org.insert("PermissionSet", {"Name": "MC_App", "Label": LABEL}, at.org.admin_id)
    chosen = at.choices(3, adopt=set_id)
    before = at.read(chosen)
    changes = plan(before, chosen)
    assert {change.kind for change in changes} == {"assign", "grant_app"}
    GUIDE.apply(at.client, changes, before, chosen, Recorder())
    after = at.read(chosen)
    assert plan(after, chosen) == []
    found = statuses(after, chosen)
    assert found["set_name"] == "done name_adopted"
    assert found["set_created"] == "done set_there"
    assert found["people_assigned"] == "done all_assigned"
    assert found["set_on_app"] == "done set_on_app"


def test_an_adopted_set_that_was_deleted_is_to_do() -> None:
    chosen = choices(adopt=SET_ID)
    snapshot = seen(chosen, sets=PACKAGED, assignments=(), app=(APP,), grants=())
    assert check_set_name(snapshot, chosen).code == "adopted_gone"
    assert check_set(snapshot, chosen).code == "adopted_gone"
    assert [change.data["set_id"] for change in plan(snapshot, chosen)] == ["0PS1", "0PS2", "0PS3"]


def test_a_session_based_set_does_not_pass() -> None:
    chosen = choices()
    snapshot = seen(chosen, sets=(replace(OURS, needs_activation=True),))
    assert check_set(snapshot, chosen).code == "set_needs_activation"


def test_the_connection_user_needs_all_four_sets() -> None:
    chosen = choices()
    assert (
        check_connection_user_sets(seen(chosen, sets=SETS, assignments=ALL_FOUR), chosen).status
        is Status.DONE
    )
    for missing in ALL_FOUR:
        some = tuple(each for each in ALL_FOUR if each != missing)
        finding = check_connection_user_sets(seen(chosen, sets=SETS, assignments=some), chosen)
        assert finding.code == "lacks_sets"
        assert len(finding.details) == 1


def test_a_packaged_set_is_found_by_its_label_when_its_name_has_drifted() -> None:
    chosen = choices()
    drifted = (OURS, replace(PACKAGED[0], name="MC_Connector"), *PACKAGED[1:])
    snapshot = seen(chosen, sets=drifted, assignments=ALL_FOUR)
    assert check_connection_user_sets(snapshot, chosen).status is Status.DONE


def test_a_local_set_with_a_packaged_label_is_not_taken_for_it() -> None:
    chosen = choices()
    local = (OURS, replace(PACKAGED[0], namespace=""), *PACKAGED[1:])
    finding = check_connection_user_sets(seen(chosen, sets=local, assignments=ALL_FOUR), chosen)
    assert (finding.code, finding.details) == ("packaged_sets_missing", ("Marketing Cloud Connector",))


def test_expired_and_inactive_assignments_do_not_count_and_are_left_to_a_person() -> None:
    chosen = choices()
    for stale in (
        replace(ALL_FOUR[0], active=False),
        replace(ALL_FOUR[0], expires="2026-11-23T00:00:00.000+0000"),
    ):
        snapshot = seen(
            chosen, sets=SETS, assignments=(stale, *ALL_FOUR[1:], Assignment("0PaA", ANNA, SET_ID))
        )
        for check in (check_connection_user_sets, check_people, check_system_user):
            assert check(snapshot, chosen).code == "assignment_expired"
        assert [change for change in plan(snapshot, chosen) if change.kind == "assign"] == []


def test_an_assignment_that_expires_later_counts() -> None:
    chosen = choices(people=())
    later = replace(ALL_FOUR[0], expires="2027-01-01T00:00:00.000+0000")
    assert check_people(seen(chosen, sets=SETS, assignments=(later,)), chosen).status is Status.DONE


def test_the_people_without_the_set_are_named() -> None:
    chosen = choices(names={ANNA: "Anna Berg (anna@example.com)"})
    finding = check_people(seen(chosen, sets=SETS, assignments=ALL_FOUR), chosen)
    assert finding.details == ("Anna Berg (anna@example.com)",)
    assert finding.now is not None
    assert finding.now.plain() == "Assigned: 1 of 2"


def test_the_connection_user_is_always_among_the_people_once() -> None:
    chosen = choices(people=(ANNA, USER))
    assert chosen.everyone == (USER, ANNA)
    keys = [change.key for change in plan(seen(chosen, sets=PACKAGED, assignments=()), chosen)]
    assert len(keys) == len(set(keys))
    assert keys.count(f"assign:{USER}:.{NAME}") == 1


def test_without_a_connection_user_nobody_is_waved_through() -> None:
    chosen = choices(connection_user="")
    snapshot = seen(chosen, sets=SETS, assignments=())
    for check in (check_people, check_system_user, check_connection_user_sets):
        assert check(snapshot, chosen).code == "no_connection_user"


def test_only_the_row_for_this_set_and_this_app_gives_access() -> None:
    chosen = choices()

    def code(*grants: Grant) -> str:
        return check_app_access(seen(chosen, app=(APP,), sets=SETS, grants=grants), chosen).code

    assert code() == "set_not_on_app"
    assert code(Grant("0J0", "0PS1", APP_ID), Grant("0J1", SET_ID, "0H4other")) == "set_not_on_app"
    assert code(Grant("0J2", SET_ID, APP_ID)) == "set_on_app"


def test_facts_that_were_read_for_other_choices_are_not_used() -> None:
    chosen, other = choices(), choices(connection_user=ANNA)
    snapshot = seen(chosen, sets=SETS, assignments=ALL_FOUR)
    assert check_connection_user_sets(snapshot, other).code == "not_read"
    assert [change for change in plan(snapshot, other) if change.kind == "assign"] == []


class CountedId(str):
    """Counts how often one is compared, which in a walk over everybody for each person is what grows."""

    __hash__ = str.__hash__
    compared = 0

    def __eq__(self, other: object) -> bool:
        CountedId.compared += 1
        return str.__eq__(self, other)


def comparisons(count: int) -> int:
    people = tuple(CountedId(f"005{number:012}AAA") for number in range(100, 100 + count))
    chosen = choices(people=people)
    rows = tuple(
        Assignment(f"0Pa{i}", CountedId(each), SET_ID) for i, each in enumerate(people[: count * 4 // 5])
    )
    snapshot = seen(chosen, sets=SETS, assignments=rows)
    CountedId.compared = 0
    assert len(plan(snapshot, chosen)) == count // 5 + 4
    assert check_people(snapshot, chosen).code == "some_unassigned"
    return CountedId.compared


def test_a_plan_for_thousands_of_people_compares_nobody_with_everybody() -> None:
    assert 0 < comparisons(2_000) < 3 * comparisons(1_000)


def test_the_connection_user_has_a_sentence_of_his_own_beside_everyone() -> None:
    """Not "everyone has it" below "not everyone has it"."""
    chosen = choices(people=(ANNA,))
    with_set = seen(chosen, sets=(OURS, *PACKAGED), assignments=(Assignment("1", USER, OURS.id),))
    assert check_people(with_set, chosen).code == "some_unassigned"
    assert check_system_user(with_set, chosen).sentence.plain() == f"{USER} has {OURS.label}."
    nobody = seen(chosen, sets=(OURS, *PACKAGED), assignments=())
    assert check_system_user(nobody, chosen).sentence.plain() == f"{USER} does not have {OURS.label} yet."


def test_by_hand_those_who_lack_the_set_are_named_and_nobody_else() -> None:
    chosen = choices(people=(ANNA,))
    none = seen(chosen, sets=(OURS, *PACKAGED), assignments=())
    (select,) = [row for row in how.people(none, chosen) if row.people]
    assert select.text.plain() == "Select these 2 people."
    assert set(select.people) == {USER, ANNA}
    one = seen(chosen, sets=(OURS, *PACKAGED), assignments=(Assignment("1", USER, OURS.id),))
    told = [row.text.plain() for row in how.people_assigned(one, chosen)]
    assert f"Select {ANNA}. Whoever else was chosen has the permission set already." in told
    both = (Assignment("1", USER, OURS.id), Assignment("2", ANNA, OURS.id))
    everyone = seen(chosen, sets=(OURS, *PACKAGED), assignments=both)
    told = [row.text.plain() for row in how.people_assigned(everyone, chosen)]
    assert told == ["Everyone who was chosen has the permission set already."]
    told = [row.text.plain() for row in how.people(everyone, chosen)]
    assert not any("Add Assignments" in line or "Click Assign," in line for line in told)
    assert "All four are now listed under Permission Set Assignments." in told


def test_with_nobody_chosen_the_stage_says_that_only_the_connection_user_gets_the_set() -> None:
    warning = nobody_chosen(seen(choices()), choices(people=()))
    assert warning is not None
    assert "only the connection user" in warning.plain()
    assert nobody_chosen(seen(choices()), choices()) is None


def test_what_the_connection_user_lacks_is_counted_in_words_that_fit() -> None:
    chosen = choices()

    def said(having: int) -> str:
        snapshot = seen(chosen, sets=SETS, assignments=ALL_FOUR[:having])
        return check_connection_user_sets(snapshot, chosen).sentence.plain()

    assert said(0) == f"{USER} has none of the four permission sets."
    assert said(1) == f"{USER} lacks 3 of the four permission sets."
    assert said(3) == f"{USER} lacks one of the four permission sets."
