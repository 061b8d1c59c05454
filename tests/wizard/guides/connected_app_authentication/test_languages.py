"""An org that speaks another language is judged by keys and rights, never by translated names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator import policies
from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.build import choices, seen
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt, statuses
from tests.wizard.guides.connected_app_authentication.test_prepare import GOOD
from wizard.guides.connected_app_authentication.checks_connection_user import check_licence, check_profile
from wizard.guides.connected_app_authentication.snapshot import User
from wizard.guides.connected_app_authentication.words.exemptions import EXEMPTIONS

LANGUAGES = {
    "de": "Systemadministrator",
    "fr": "Administrateur système",
    "ja": "システム管理者",
    "es": "Administrador del sistema",
    "pt_BR": "Administrador do sistema",
}


def codes(user: User) -> tuple[str, str]:
    chosen = choices()
    snapshot = seen(chosen, connection_user=(user,))
    return check_profile(snapshot, chosen).code, check_licence(snapshot, chosen).code


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_administrator_is_known_in_every_language(stand: Stand, language: str) -> None:
    at = OrgAt.create(stand)
    at.org.switches.change(language=language, audit_language=language)
    chosen = at.choices(2, mid="7654321")
    snapshot = at.read(chosen)
    (user,) = snapshot.connection_user.get(())
    assert user.profile == LANGUAGES[language]
    found = statuses(snapshot, chosen)
    assert found["connection_user_profile"] == "done profile_right"
    assert found["connection_user_licence"] == "done licence_right"
    told = {each.key for each in EXEMPTIONS if each.applies(snapshot, chosen)}
    assert "administrator" in told, "the security team is told of it in every language"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_policies_are_read_by_field_and_the_trail_is_never_guessed_at(
    stand: Stand, language: str
) -> None:
    at = OrgAt.create(stand)
    at.org.switches.change(language=language, audit_language=language)
    policies.save(at.org, at.org.app_id, policies.WANTED, at.org.admin_id)
    chosen = at.choices(2)
    found = statuses(at.read(chosen), chosen)
    assert found["permitted_users"] == "done admin_approved"
    assert found["refresh_token"] == "done refresh_zero"
    assert found["ip_relaxation"] == "cannot_check ip_other_language"


@pytest.mark.parametrize(
    "name", [*LANGUAGES.values(), "Systeembeheerder", "Systemadministratör", "系统管理员"]
)
def test_a_translated_name_alone_is_never_a_demand_to_change_it(name: str) -> None:
    assert codes(replace(GOOD, profile=name))[0] == "profile_untold"
    assert codes(replace(GOOD, profile=name, administrator=True))[0] == "profile_right"
    assert codes(replace(GOOD, profile=name, administrator=False))[0] == "profile_wrong"


@pytest.mark.parametrize("name", ["System Administrator", "Sysadmin (clone)", "Systemadministrator"])
def test_a_profile_of_another_name_is_said_to_have_the_rights(name: str) -> None:
    chosen = choices()
    snapshot = seen(chosen, connection_user=(replace(GOOD, profile=name, administrator=True),))
    found = check_profile(snapshot, chosen)
    assert found.status == "done"
    said = f"the profile {name} has the rights of System Administrator" in found.sentence.plain()
    assert said is (name != GOOD.profile), "it may be a copy"


def test_the_rights_decide_over_the_name() -> None:
    assert codes(replace(GOOD, administrator=False))[0] == "profile_wrong", "somebody's own profile"
    assert codes(replace(GOOD, profile="Standardbenutzer", administrator=False))[0] == "profile_wrong"


@pytest.mark.parametrize(
    ("name", "key", "code"),
    [
        ("Salesforce", "SFDC", "licence_right"),
        ("Salesforce-Lizenz", "SFDC", "licence_right"),
        ("Salesforce", "SFDC_INTEGRATION", "licence_wrong"),
        ("Salesforce-Integration", "SFDC_INTEGRATION", "licence_wrong"),
        ("Salesforce", "", "licence_right"),
        ("Intégration Salesforce", "", "licence_untold"),
    ],
)
def test_the_licence_is_known_by_its_key(name: str, key: str, code: str) -> None:
    assert codes(replace(GOOD, licence=name, licence_key=key))[1] == code


def test_a_profile_that_lacks_one_right_of_an_administrator_is_none(stand: Stand) -> None:
    at = OrgAt.create(stand)
    leo = at.org.extra["limited_admin_id"]
    chosen = at.choices(2, connection_user=leo)
    assert statuses(at.read(chosen), chosen)["connection_user_profile"] == "to_do profile_wrong"
