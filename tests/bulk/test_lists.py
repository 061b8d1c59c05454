"""What speaks against a row, and how it is mended."""

from __future__ import annotations

import pytest

from bulk import lists
from orgs.models import Org
from wizard.actions.start import open_for_client

pytestmark = pytest.mark.django_db


def problems(made):
    return {row.number: (row.state, row.problem, row.about) for row in made.rows.all()}


def test_each_row_is_judged_by_itself(handed_in, preset):
    preset("Standard")
    made = handed_in(
        "Contoso,ana@contoso.example,standard,7281001",
        ",it@fabrikam.example,,",
        "Fabrikam,,,",
        "Northwind,not an address,,",
        "=HYPERLINK(1),it@evil.example,,",
        "Adventure,it@adventure.example,Deluxe,",
        "Tailspin,it@tailspin.example,,72 81",
        "CONTOSO,second@contoso.example,,",
        '"Litware,it@litware.example',
    )
    assert problems(made) == {
        2: ("waiting", "", ""),
        3: ("to_mend", "no_client", ""),
        4: ("to_mend", "no_email", ""),
        5: ("to_mend", "email_wrong", "not an address"),
        6: ("to_mend", "formula", ""),
        7: ("to_mend", "unknown_preset", "Deluxe"),
        8: ("to_mend", "mid_wrong", ""),
        9: ("to_mend", "doubled", "2"),
        10: ("to_mend", "broken", '"Litware,it@litware.example'),
    }


def test_a_client_with_an_open_setup_in_the_team_is_told_and_one_of_another_team_is_not(
    handed_in, team, dana, stranger
):
    open_for_client(team, dana, "Contoso")
    open_for_client(stranger.teams.get(), stranger, "Fabrikam")
    made = handed_in("contoso,ana@contoso.example,,", "Fabrikam,it@fabrikam.example,,")
    assert [row.problem for row in made.rows.all()] == ["client_there", ""]
    assert Org.objects.count() == 2, "nothing is started by handing in"


def test_a_row_that_is_mended_waits_and_one_that_is_still_wrong_says_why(handed_in):
    made = handed_in("Contoso,ana,,", "Fabrikam,it@fabrikam.example,,")
    row = made.rows.first()
    lists.mend(row, "Fabrikam", "ana@contoso.example", "", "")
    row.refresh_from_db()
    assert (row.state, row.problem, row.about) == ("to_mend", "doubled", "3")
    lists.mend(row, "Contoso", "ana@contoso.example", "", "7281001")
    row.refresh_from_db()
    assert (row.state, row.problem, row.mid) == ("waiting", "", "7281001")


def test_leaving_one_of_two_out_frees_the_name_for_the_other(handed_in):
    made = handed_in("Contoso,ana@contoso.example,,", "Contoso,ben@contoso.example,,")
    first, second = made.rows.all()
    lists.leave_out(first)
    lists.mend(second, second.client, second.email, "", "")
    second.refresh_from_db()
    assert second.state == "waiting"


def test_a_row_that_was_started_meanwhile_is_neither_mended_nor_left_out(handed_in):
    made = handed_in("Contoso,ana@contoso.example,,")
    row = made.rows.get()
    made.rows.update(state="started")
    lists.leave_out(row)
    lists.mend(row, "Other", "x@other.example", "", "")
    row.refresh_from_db()
    assert (row.state, row.client) == ("started", "Contoso")
