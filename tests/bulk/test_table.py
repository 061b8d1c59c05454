"""Lists as spreadsheets write them: a row that is broken spoils no other."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk.table import MOST_ROWS, Row, Unreadable, rows_of

HEADER = "Client,E-mail,Preset,MID\n"
CONTOSO = Row(2, "Contoso", "ana@contoso.example", "", "7281001")


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "Contoso,ana@contoso.example,,7281001",
        "\ufeffClient;E-Mail;MID\r\nContoso;ana@contoso.example;7281001\r\n",
        "Kunde\tE-Mail-Adresse\tMID\nContoso\tana@contoso.example\t7281001",
        'MID,"Contact e-mail","Client name"\n7281001,"ana@contoso.example","Contoso"\n\n,,\n',
        "Client, Email , Account ID\n  Contoso , ana@contoso.example , 7281001 , , ",
    ],
)
def test_columns_are_found_by_their_titles_whatever_stands_between(text):
    assert rows_of(text) == [CONTOSO]


def test_two_columns_need_no_header():
    assert rows_of("Contoso;ana@contoso.example\nFabrikam;it@fabrikam.example") == [
        Row(1, "Contoso", "ana@contoso.example"),
        Row(2, "Fabrikam", "it@fabrikam.example"),
    ]


def test_excel_s_line_about_the_separator_is_no_client():
    assert rows_of("sep=;\nClient;E-mail\nContoso;ana@contoso.example") == [
        Row(3, "Contoso", "ana@contoso.example")
    ]


def test_a_quote_that_does_not_end_and_a_cell_too_many_break_their_own_rows_only():
    rows = rows_of(HEADER + '"Contoso,ana@contoso.example\nA,b@c.example,,,extra\nFabrikam,it@f.example,,')
    assert [bool(row.broken) for row in rows] == [True, True, False]
    assert rows[2].client == "Fabrikam"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n;;;\n", "empty"),
        (HEADER, "empty"),
        ("Name of it,E-mail\nContoso,a@b.example", "no_client_column"),
        ("Client,Phone\nContoso,1", "no_email_column"),
        ("PK\x03\x04\0\0", "no_text"),
        (HEADER + "A,b@c.example,,\n" * (MOST_ROWS + 1), "too_many"),
    ],
)
def test_what_is_no_list_is_refused_with_its_reason(text, code):
    with pytest.raises(Unreadable) as refused:
        rows_of(text)
    assert refused.value.code == code


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_refused(text):
    with suppress(Unreadable):
        rows = rows_of(text)
        assert rows
        assert len({row.number for row in rows}) == len(rows)
