"""Pages without an id in their address list the person's own teams' things only."""

from __future__ import annotations

import pytest
from django.urls import reverse

from teams.models import MEMBER_ROLES, Role
from tests.access.people import Side
from tests.fixture_types import SignedIn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_a_member_sees_the_own_teams_orgs_only(role: Role, ours: Side, theirs: Side, signed_in: SignedIn):
    html = signed_in(ours.people[role]).get(reverse("wizard:home")).content.decode()
    assert ours.org.name in html
    assert theirs.org.name not in html


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_a_member_finds_the_own_teams_setups_only(role: Role, ours: Side, theirs: Side, signed_in: SignedIn):
    html = signed_in(ours.people[role]).get(reverse("wizard:support") + "?q=client+of").content.decode()
    assert ours.org.name in html
    assert theirs.org.name not in html


def test_an_owner_sees_the_own_teams_connections_only(ours: Side, theirs: Side, signed_in: SignedIn):
    html = signed_in(ours.people[Role.OWNER]).get(reverse("orgs:connections", args=[ours.team.pk]))
    assert ours.org.name in html.content.decode()
    assert theirs.org.name not in html.content.decode()
