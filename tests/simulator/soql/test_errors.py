"""What is wrong in a query is said as Salesforce says it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import ApiError
from simulator.org.store import Org
from simulator.soql.run import run
from simulator.world import World
from tests.simulator.core import new_org


def problem(org: Org, text: str) -> ApiError:
    with pytest.raises(ApiError) as caught:
        run(org, text, org.admin_id)
    return caught.value


def test_an_unknown_object_is_reported_as_recorded(org: Org) -> None:
    error = problem(org, "select count() from XYZZY")
    assert error.code == "INVALID_TYPE"
    assert error.message == (
        "\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\nsObject type "
        "'XYZZY' is not supported. If you are attempting to use a custom object, be sure to append the '__c' "
        "after the entity name. Please reference your WSDL or the describe call for the appropriate names."
    )


def test_an_unknown_field_is_named_with_its_place(org: Org) -> None:
    error = problem(org, "SELECT Id,\n  IpRelaxation FROM ConnectedApplication")
    assert error.code == "INVALID_FIELD"
    assert "Row:2:Column:3" in error.message
    assert "No such column 'IpRelaxation' on entity 'ConnectedApplication'" in error.message


def test_packaged_objects_are_unknown_without_the_package(world: World) -> None:
    bare = world.new_org("Bare", is_sandbox=True, my_domain="bare")
    bare.admin_id = bare.add("User", LastName="A")
    assert problem(bare, "SELECT Id FROM et4ae5__Configuration__c").code == "INVALID_TYPE"
    assert problem(bare, "SELECT et4ae5__ValidExactTargetUser__c FROM User").code == "INVALID_FIELD"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "MALFORMED_QUERY"),
        ("SELECT Id", "MALFORMED_QUERY"),
        ("SELECT FROM User", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE Name = 'it's'", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE Name = 'open", "MALFORMED_QUERY"),
        (r"SELECT Id FROM User WHERE Name = 'a\z'", "MALFORMED_QUERY"),
        ('SELECT Id FROM User WHERE Name = "a"', "MALFORMED_QUERY"),
        ("SELECT Id FROM User LIMIT many", "MALFORMED_QUERY"),
        ("SELECT Id FROM User; DELETE", "MALFORMED_QUERY"),
        ("SELECT * FROM User", "MALFORMED_QUERY"),
        ("SELECT Id, Id FROM User", "INVALID_FIELD"),
        ("SELECT Boss.Name FROM User", "INVALID_FIELD"),
        ("SELECT Id, (SELECT Id FROM Cats) FROM User", "INVALID_TYPE"),
        ("SELECT Id FROM User ORDER BY Cats", "INVALID_FIELD"),
        ("SELECT Id FROM SetupAuditTrail ORDER BY Display", "INVALID_FIELD"),
        ("SELECT COUNT(Id) FROM SetupAuditTrail", "MALFORMED_QUERY"),
        ("SELECT UserId FROM OauthToken GROUP BY UserId", "MALFORMED_QUERY"),
        ("SELECT Id, count() FROM User", "MALFORMED_QUERY"),
        ("SELECT FIELDS(ALL) FROM User LIMIT 1", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE CreatedDate = LAST_N_DAYS:7", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE CreatedDate = 2026-13-45T00:00:00Z", "MALFORMED_QUERY"),
        ("SELECT Id FROM User OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
    ],
)
def test_bad_queries(org: Org, text: str, code: str) -> None:
    assert problem(org, text).code == code


_ORG = new_org(World())
_PIECES = [
    "SELECT",
    "Id",
    "Name",
    "FROM",
    "User",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "IN",
    "(",
    ")",
    "=",
    "'a'",
    ",",
    "LIKE",
    "null",
    "true",
    "LIMIT",
    "1",
    "ORDER BY",
    "count()",
    "TODAY",
    ".",
    "2026-01-01",
    "\\",
    "'",
    "Profile.Name",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_text_is_answered_or_refused(text: str) -> None:
    try:
        run(_ORG, "SELECT Id FROM User WHERE " + text, _ORG.admin_id)
        run(_ORG, text, _ORG.admin_id)
    except ApiError as error:
        assert error.code.isupper()  # noqa: PT017 - either outcome is right, a crash is not
