from __future__ import annotations

import pytest
from django.db import IntegrityError

from teams.models import Membership, Role, User


def test_an_e_mail_address_belongs_to_one_person_however_it_is_written(db):
    User.objects.create_user("ann@example.com", name="Ann")
    with pytest.raises(IntegrityError):
        User.objects.create(email="ANN@example.com", name="Another Ann")


def test_a_person_is_found_however_the_address_is_written(db):
    ann = User.objects.create_user(" Ann@Example.com ", name="Ann")
    assert User.objects.get_by_natural_key("ANN@example.COM") == ann


def test_a_person_without_a_password_cannot_be_signed_in_with_an_empty_one(db):
    ann = User.objects.create_user("ann@example.com", name="Ann")
    assert not ann.has_usable_password()
    assert not ann.check_password("")


@pytest.mark.parametrize(
    ("name", "initials"), [("Dana Whitfield", "DW"), ("Ann", "A"), ("Ana de la Cruz", "AC"), ("", "A")]
)
def test_initials_come_from_the_first_and_the_last_name(name, initials):
    assert User(email="ann@example.com", name=name).initials == initials


def test_a_person_is_in_a_team_once(dana, team):
    with pytest.raises(IntegrityError):
        Membership.objects.create(team=team, user=dana, role=Role.OWNER)


def test_a_role_nobody_knows_is_refused_by_the_database(dana, team):
    with pytest.raises(IntegrityError):
        Membership.objects.update(role="emperor")
