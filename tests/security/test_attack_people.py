"""Ways back in after being sent out, and ways to take out what a role does not allow."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from simulator.server import Stand
from teams.membership import members
from teams.models import Invitation, Membership, Role, Team, User
from tests.fixture_types import MakePerson, SignedIn
from tests.wizard.harness import make_harness

pytestmark = pytest.mark.django_db


@pytest.fixture
def second_owner(person: MakePerson, team: Team) -> object:
    return person("Olga Second", team, Role.OWNER)


def invite(client: Client, team: Team, email: str, role: str = "owner") -> None:
    client.post(reverse("teams:invite", args=[team.pk]), {"email": email, "role": role})
    assert Invitation.objects.open().filter(email=email).exists()


@pytest.mark.parametrize("act", [members.remove, lambda member: members.set_role(member, Role.VIEWER)])
def test_an_owner_who_is_no_owner_any_more_has_no_invitation_left_for_a_second_address(
    act: Any, second_owner: User, priya: User, team: Team, signed_in: SignedIn
) -> None:
    invite(signed_in(second_owner), team, "olga.at.home@example.com")
    invite(signed_in(priya), team, "new.colleague@example.com")
    act(Membership.objects.get(user=second_owner))
    assert [each.email for each in Invitation.objects.open()] == ["new.colleague@example.com"]


def test_an_invitation_that_waits_for_somebody_is_no_way_back_after_they_are_removed(
    dana: User, priya: User, team: Team, signed_in: SignedIn
) -> None:
    EmailAddress.objects.create(user=dana, email="dana.second@example.com", verified=True)
    invite(signed_in(priya), team, "dana.second@example.com")
    members.remove(Membership.objects.get(user=dana))
    assert not Invitation.objects.open().exists()


def test_a_viewer_reads_the_report_and_takes_no_file_out(
    stand: Stand, team: Team, dana: User, person: MakePerson, signed_in: SignedIn
) -> None:
    desk = make_harness(stand, team, dana, people=2)
    viewer = signed_in(person("Vera Viewer", team, Role.VIEWER))
    page = viewer.get(reverse("wizard:report", args=[desk.setup.pk]))
    assert page.status_code == 200
    for name in ("report_csv", "report_json"):
        address = reverse(f"wizard:{name}", args=[desk.setup.pk])
        assert address not in page.content.decode()
        assert viewer.get(address).status_code == 403
        assert signed_in(dana).get(address).status_code == 200
