"""An app's name is matched whole in the Setup Audit Trail, in every language's quotation marks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import policies
from simulator.server import Stand
from tests.wizard.guides.connected_app_authentication.build import AFTER, APP, BEFORE, choices, ip_row, seen
from tests.wizard.guides.connected_app_authentication.stand_in import OrgAt, statuses
from wizard.guides.connected_app_authentication.checks_policies import check_ip_relaxation
from wizard.guides.connected_app_authentication.checks_prepare import check_app
from wizard.guides.connected_app_authentication.lookups import moment
from wizard.guides.connected_app_authentication.proof import subjects
from wizard.guides.connected_app_authentication.proof.audit_rows import About, about, mentions
from wizard.guides.connected_app_authentication.snapshot import App, AuditRow, dump, load, merge

NAME = "Salesforce Marketing Cloud"
MEANWHILE = "2026-11-10T10:00:00.000+0000"
INSTALLED = AuditRow(
    "insertConnectedApplication", f"Installed Connected App {NAME} to Salesforce", BEFORE, "Ana Ruiz"
)
QUOTED = (
    "“{}” geändert",
    "„{}“ geändert",
    "„{}” zmieniono",
    "l'application « {} » a été modifiée",
    "l'application «\u00a0{}\u00a0» a été modifiée",
    "l'application «\u202f{}\u202f» a été modifiée",
    "接続アプリケーション「{}」が変更されました",
    "接続アプリケーション『{}』が変更されました",
    'La aplicación "{}" cambió',
    "O aplicativo '{}' mudou",
    "»{}« geändert",
    "’{}’ muutettiin",
    "已连接的应用程序《{}》",
    "App [{}]",
)


@pytest.mark.parametrize("sentence", QUOTED)
def test_within_quotation_marks_the_name_fills_them(sentence: str) -> None:
    assert mentions(sentence.format(NAME), NAME) is About.SURELY
    for other in (f"{NAME} Sandbox", f"{NAME} 2", f"My {NAME}", f"{NAME}-Test"):
        assert not mentions(sentence.format(other), NAME), other


@pytest.mark.parametrize(
    "sentence",
    [
        "Einstellung IP-Lockerung der verbundenen App {} von A in B geändert",
        "接続アプリケーション{}のIP制限の緩和が変更されました",
        "Paramètre de l'application connectée {} modifié",
        "{}",
    ],
)
def test_without_them_names_of_other_apps_are_known_apart(sentence: str) -> None:
    others = [f"{NAME} Sandbox", f"Old {NAME}", f"{NAME}: EU"]
    assert mentions(sentence.format(NAME), NAME, others) is About.MAYBE, "a name that is gone may be longer"
    for other in others:
        assert not mentions(sentence.format(other), NAME, others), other
    assert not mentions(sentence.format(f"{NAME}2"), NAME, others)
    assert not mentions(sentence.format(f"Neo{NAME}"), NAME, others)


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20), st.sampled_from(QUOTED))
def test_no_longer_name_is_ever_taken_for_ours(more: str, sentence: str) -> None:
    for other in (f"{NAME} {more}", f"{more} {NAME}"):
        assert not mentions(sentence.format(other), NAME)
        assert not mentions(f"App {other} geändert", NAME, [other])
        english = f"Changed connected app {other} IP relaxation setting from A to B"
        assert not about(AuditRow("changeIpRelaxationPolicy", english, AFTER), NAME)


def test_an_english_row_is_read_to_the_end_of_the_name() -> None:
    for display, ours in (
        (f'Installed Connected App "{NAME}" to Salesforce', True),
        (f"Installed Connected App {NAME} to Salesforce", True),
        (f"Installed Connected App {NAME} Sandbox to Salesforce", False),
        (f"Uninstalled Connected App {NAME} from Salesforce", True),
        (f"Uninstalled Connected App {NAME} (old) from Salesforce", False),
        (f"Changed connected app {NAME} 2 Permitted Users setting from A to B", False),
    ):
        assert about(AuditRow("x", display, AFTER), NAME) is (About.SURELY if ours else About.NOT), display


SAVED = replace(APP, admin_approved=True)  # its policies were saved once


def code(*rows: AuditRow, **more: Any) -> str:
    chosen = choices()
    return check_ip_relaxation(seen(chosen, app=(SAVED,), audit=rows, **more), chosen).code


def test_rows_of_an_app_whose_name_begins_with_ours_say_nothing_of_ours() -> None:
    longer = [
        ip_row("Relax IP restrictions", AFTER, f"{NAME} Sandbox"),
        replace(INSTALLED, display=f"Installed Connected App {NAME} Sandbox to Salesforce", at=AFTER),
    ]
    assert code(*longer) == "ip_no_row"
    assert code(*longer, ip_row("Relax IP restrictions", BEFORE)) == "ip_relaxed"
    assert code(*longer, ip_row("Enforce IP restrictions", BEFORE)) == "ip_not_relaxed"


GONE = [f"{NAME} Sandbox", f"{NAME} (old)", f"{NAME} Engagement", f"Old {NAME}", f"{NAME}-2"]
#: Other words for an app that came or went: none of them is recorded.
WORDS = [
    "Connected App {} uninstalled",
    "Verbundene App {} deinstalliert",
    "App connectée {} : désinstallation",
]
WORDS += ["接続アプリケーション{}がアンインストールされました"]


@pytest.mark.parametrize("gone", GONE)
@pytest.mark.parametrize("words", ["Uninstalled Connected App {} from Salesforce", *WORDS])
def test_a_namesake_that_went_says_nothing_of_ours_once_its_name_is_known(words: str, gone: str) -> None:
    relaxed, chosen = ip_row("Relax IP restrictions", BEFORE), choices()
    row = AuditRow("deleteConnectedApplication", words.format(gone), AFTER)
    there = App("0H42", gone, False)
    now = merge(seen(chosen, app=(APP, there)), seen(chosen, app=(APP,), audit=(relaxed, row)))
    assert check_ip_relaxation(load(dump(now)), chosen).code == "ip_relaxed", "it was seen here before"
    for told in (f"Installed Connected App {gone} to Salesforce", f"App „{gone}“ installiert"):
        assert code(relaxed, replace(INSTALLED, display=told), row) == "ip_relaxed", "the trail named it"


@pytest.mark.parametrize("gone", GONE)
@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("action", ["deleteConnectedApplication", "insertConnectedApplication"])
def test_a_name_whose_end_nobody_can_tell_proves_nothing_and_ends_no_signature(
    action: str, words: str, gone: str
) -> None:
    chosen, rows = choices(), [ip_row("Relax IP restrictions", BEFORE)]
    before = subjects.ip_relaxation(seen(chosen, app=(APP,), audit=rows), chosen)
    rows.append(AuditRow(action, words.format(gone), AFTER))
    if action == "deleteConnectedApplication":  # then an older change may have been that app's too
        rows.append(AuditRow("changeIpRelaxationPolicy", f"IP-Lockerung der App {gone} geändert", MEANWHILE))
    snapshot = seen(chosen, app=(APP,), audit=rows)
    found = check_ip_relaxation(snapshot, chosen)
    assert (found.status, found.code, found.details) == (
        "cannot_check",
        "ip_row_in_doubt",
        (rows[1].display,),
    )
    assert subjects.ip_relaxation(snapshot, chosen) == before
    assert code(*rows, ip_row("Relax IP restrictions", "2026-11-25T09:00:00.000+0000")) == "ip_relaxed"


def test_a_change_in_other_words_is_ours_while_no_other_app_of_the_name_went() -> None:
    chosen = choices()
    change = AuditRow("changeIpRelaxationPolicy", f"IP-Lockerung der App {NAME} von A in B geändert", AFTER)
    installed = replace(INSTALLED, display=f"Verbundene App {NAME} installiert")
    snapshot = seen(chosen, app=(APP,), audit=(installed, change))
    assert check_ip_relaxation(snapshot, chosen).code == "ip_other_language"
    assert subjects.ip_relaxation(snapshot, chosen).changed_at == moment(AFTER)


def test_an_app_that_was_installed_once_and_never_changed_is_not_called_installed_again() -> None:
    assert code(INSTALLED) == "ip_not_changed"
    chosen = choices()
    said = check_ip_relaxation(seen(chosen, app=(SAVED,), audit=(INSTALLED,)), chosen).sentence.plain()
    assert "installed on 2026-11-01" in said
    assert "again" not in said
    assert code(replace(INSTALLED, at=AFTER), ip_row("Relax IP restrictions", BEFORE)) == "ip_reinstalled"
    assert code(INSTALLED, ip_row("Relax IP restrictions", AFTER)) == "ip_relaxed"


def test_the_policy_of_an_app_that_is_not_there_cannot_be_signed_for() -> None:
    chosen = choices()
    snapshot = seen(chosen, app=(), audit=(ip_row("Relax IP restrictions", BEFORE),))
    assert check_ip_relaxation(snapshot, chosen).status == "blocked"


def test_an_app_that_may_not_be_seen_is_still_proved_by_the_trail() -> None:
    chosen = choices()
    snapshot = seen(chosen, audit=(ip_row("Relax IP restrictions", BEFORE),))
    assert check_ip_relaxation(snapshot, chosen).code == "ip_relaxed"


@pytest.mark.parametrize("language", ["en_US", "de", "fr", "ja", "es", "pt_BR"])
def test_in_an_org_with_the_longer_name_our_line_is_about_ours(stand: Stand, language: str) -> None:
    at = OrgAt.create(stand, "app_with_longer_name")
    chosen = at.choices(2)
    assert statuses(at.read(chosen), chosen)["ip_relaxation"] == "to_do ip_unset"
    at.org.switches.change(audit_language=language)
    longer = at.org.find("ConnectedApplication", Name=f"{NAME} Sandbox")[0]["Id"]
    policies.save(at.org, longer, policies.Policies("admin", "ENFORCE", "zero"), at.org.admin_id)
    assert statuses(at.read(chosen), chosen)["ip_relaxation"] == "to_do ip_unset"
    policies.save(at.org, at.org.app_id, policies.WANTED, at.org.admin_id)
    found = statuses(at.read(chosen), chosen)["ip_relaxation"]
    assert found == ("done ip_relaxed" if language == "en_US" else "cannot_check ip_other_language")


def test_an_app_with_another_label_is_chosen_among_those_that_look_like_it(stand: Stand) -> None:
    at = OrgAt.create(stand, "app_with_another_label")
    chosen = at.choices(2)
    snapshot = at.read(chosen)
    finding = check_app(snapshot, chosen)
    assert finding.code == "app_other_name"
    assert finding.details == ("Marketing Cloud (ExactTarget)", "Marketing Cloud Intelligence")
    assert next(way.label.plain() for way in finding.ways) == "Use the app Marketing Cloud (ExactTarget)"
    picked = at.choices(2, **finding.ways[0].inputs)
    assert check_app(snapshot, picked).code == "app_present"
    policies.save(at.org, at.org.app_id, policies.WANTED, at.org.admin_id)
    after = statuses(at.read(picked), picked)
    assert after["permitted_users"] == "done admin_approved"
    assert after["ip_relaxation"] == "done ip_relaxed"
    twins = replace(
        snapshot.app,
        value=(replace(APP, name="Marketing Cloud"), replace(APP, id="0H42", name="Marketing Cloud")),
    )
    labels = [way.label.plain() for way in check_app(replace(snapshot, app=twins), chosen).ways]
    assert len(set(labels)) == 2, "two of one label are told apart"
