from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from teams.models import Membership, Role, Team, User


def add(email: str, **options: object) -> str:
    out = StringIO()
    values = {"name": "Ann Lee", "team": "Bright Path Consulting", "role": "owner", **options}
    call_command("add_person", email, stdout=out, **values)
    return out.getvalue()


def test_the_printed_link_sets_the_password_and_the_person_can_sign_in(client, team):
    link = add("Ann@Example.com").strip().splitlines()[-1]
    assert link.startswith("http://localhost:8000/account/password/reset/key/")
    page = client.get(link.removeprefix("http://localhost:8000"), follow=True)
    new = "another long password"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    client.post("/account/login/", {"login": "ann@example.com", "password": new})
    assert client.session["_auth_user_id"] == str(User.objects.get(email="ann@example.com").pk)


def test_the_person_is_in_the_team_with_that_role(team):
    add("ann@example.com", role="support")
    member = Membership.objects.get(user__email="ann@example.com")
    assert (member.team, member.role) == (team, Role.SUPPORT)


def test_adding_again_changes_the_role_and_makes_no_second_person(team):
    add("ann@example.com")
    add("ANN@example.com", role="consultant")
    assert Membership.objects.get(user__email="ann@example.com").role == Role.CONSULTANT


def test_a_person_with_a_password_gets_no_link(team, dana):
    assert "http" not in add(dana.email)


def test_an_unknown_team_is_refused_with_the_known_ones(team):
    with pytest.raises(CommandError, match=r"no team Bright Pth \(teams: Bright Path Consulting\)"):
        add("ann@example.com", team="Bright Pth")
    assert not User.objects.filter(email="ann@example.com").exists()


def test_a_new_team_is_made_when_asked_for(db):
    add("ann@example.com", team="New", new_team=True)
    assert Team.objects.get().name == "New"


def test_what_is_no_address_is_refused(team):
    with pytest.raises(CommandError, match="not an e-mail address"):
        add("ann at example")
