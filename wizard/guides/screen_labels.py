"""Salesforce's labels as its screens show them in other languages: its own translations, never ours.

Each was read on a page of Salesforce in that language, and keeps what was read there. A label that no
such page shows has none here: its English name and its place are told instead. Languages are called as
in `User.LanguageLocaleKey`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TRAILHEAD = "https://trailhead.salesforce.com/{}/content/learn/{}"
USERS = "projects/protect-your-data-in-salesforce/create-new-users-and-delete-accounts"
ACCESS = "modules/data_security/data_security_org"
HELP = "https://help.salesforce.com/{}"
GUIDE = "https://developer.salesforce.com/docs/atlas.{}"


@dataclass(frozen=True)
class Page:
    """A page of Salesforce in that language."""

    address: str
    labels: Mapping[str, tuple[str, str]]  # English label -> in that language, and the words read there


PAGES: Mapping[str, tuple[Page, ...]] = {
    "de": (
        Page(
            TRAILHEAD.format("de", "modules/salesforce1_security/salesforce1_security_connected_app"),
            {
                "Setup": ("Setup", 'Geben Sie in Setup im Feld "Schnellsuche" den Text'),
                "Connected Apps": ("Verbundene Anwendungen", "Wählen Sie Verbundene Anwendungen aus."),
            },
        ),
        Page(
            TRAILHEAD.format("de", ACCESS),
            {
                "Users": ("Benutzer", "im Feld der Schnellsuche den Begriff Benutzer"),
                "Permission Sets": ("Berechtigungssätze", "weisen Sie zusätzliche Berechtigungssätze"),
                "Profile": ("Profil", "ein Kennwort und ein einzelnes Profil"),
            },
        ),
        Page(
            TRAILHEAD.format("de", USERS),
            {
                "Save": ("Speichern", "Klicken Sie auf Save (Speichern)."),
                "Edit": ("Bearbeiten", "Klicken Sie auf Bearbeiten."),
            },
        ),
    ),
    "fr": (
        Page(
            TRAILHEAD.format("fr", ACCESS),
            {
                "Setup": ("Configuration", "sous Setup (Configuration), dans la zone Quick Find"),
                "Users": ("Utilisateurs", "sélectionnez Users (Utilisateurs)"),
            },
        ),
        Page(
            TRAILHEAD.format(
                "fr",
                "modules/pardot-salesforce-integration-for-lightning-app/install-the-pardot-appexchange-app",
            ),
            {"Save": ("Enregistrer", "Cliquez sur Enregistrer")},
        ),
        Page(
            TRAILHEAD.format(
                "fr",
                "modules/lex_implementation_user_setup_mgmt/lex_implementation_user_setup_mgmt_adding_users",
            ),
            {"License": ("Licence", "Licence"), "Profile": ("Profil", "Profil")},
        ),
        Page(
            HELP.format("s/articleView?id=xcloud.connected_app_edit_ip_ranges.htm&language=fr&type=5"),
            {
                "Permission Sets": ("Ensembles d'autorisations", "Profils, Ensembles d'autorisations et"),
                "Customize Application": ("Personnaliser l'application", "Personnaliser l'application ET"),
                "View Setup and Configuration": ("Afficher la configuration", "Afficher la configuration ET"),
                "Manage Profiles and Permission Sets": (
                    "Gérer les profils et les ensembles d'autorisations",
                    "Gérer les profils et les ensembles d'autorisations",
                ),
            },
        ),
    ),
    "ja": (
        Page(
            TRAILHEAD.format("ja", USERS),
            {"Setup": ("設定", "[Setup (設定)] から、[Quick Find (クイック検索)] ボックスに")},
        ),
        Page(
            TRAILHEAD.format("ja", "modules/marketing-cloud-connect/finish-mc-connect-configuration"),
            {"Users": ("ユーザー", "[Users (ユーザー)] をクリックします")},
        ),
        Page(
            GUIDE.format("ja-jp.210.0.sfdx_dev.meta/sfdx_dev/sfdx_dev_auth_connected_app.htm"),
            {
                "Save": ("保存", "[保存] をクリックします"),
                "Edit Policies": ("ポリシーを編集", "[ポリシーを編集] をクリックします"),
                # As written in 2017; Salesforce's newer pages write ユーザー with a long vowel.
                "Permitted Users": ("許可されているユーザ", "[許可されているユーザ] に"),
                "Admin approved users are pre-authorized": (
                    "管理者が承認したユーザは事前承認済み",
                    "[管理者が承認したユーザは事前承認済み] を選択し",
                ),
                "OK": ("OK", "[OK]"),
            },
        ),
        Page(
            GUIDE.format("ja-jp.206.0.securityImplGuide.meta/securityImplGuide/connected_app_overview.htm"),
            {
                "Connected Apps": ("接続アプリケーション", "接続アプリケーション"),
                "Profile": ("プロファイル", "プロファイル、権限セット、および"),
                "Customize Application": (
                    "アプリケーションのカスタマイズ",
                    "「アプリケーションのカスタマイズ」",
                ),
            },
        ),
        Page(
            HELP.format("articleView?id=platform.admin_userperms.htm&language=ja&type=5"),
            {
                "Permission Sets": ("権限セット", "権限セットおよびカスタムプロファイルで"),
                "System Permissions": ("システム権限", "[システム権限] ページ"),
                "API Enabled": ("API の有効化", "「API の有効化」権限"),
                "View Setup and Configuration": ("設定・定義を参照する", "「設定・定義を参照する」権限"),
            },
        ),
        Page(
            HELP.format("s/articleView?id=000388269&language=ja&type=1"),
            {"Permission Set Assignments": ("権限セットの割り当て", "(権限セットの割り当て)")},
        ),
    ),
    "es": (
        Page(
            TRAILHEAD.format("es", ACCESS),
            {
                "Setup": ("Configuración", "desde Setup (Configuración), en el cuadro Quick Find"),
                "Users": ("Usuarios", "seleccione Users (Usuarios)"),
                "Profile": ("Perfil", "una contraseña y un perfil"),
            },
        ),
        Page(
            TRAILHEAD.format("es-MX", ACCESS),
            {"Permission Sets": ("Conjuntos de permisos", "se asignan conjuntos de permisos")},
        ),
        Page(
            TRAILHEAD.format(
                "es", "projects/protect-your-data-in-salesforce/set-defaults-and-create-role-hierarchy"
            ),
            {"Label": ("Etiqueta", "Label (Etiqueta)")},
        ),
    ),
    "pt_BR": (
        Page(
            TRAILHEAD.format("pt-BR", USERS),
            {
                "Setup": ("Configuração", "Em Setup (Configuração), insira"),
                "Edit": ("Editar", "Clique em Edit (Editar)."),
                "Save": ("Salvar", "Clique em Save (Salvar)."),
            },
        ),
        Page(
            TRAILHEAD.format("pt-BR", "modules/marketing-cloud-connect/finish-mc-connect-configuration"),
            {"Users": ("Usuários", "clique em Users (Usuários)")},
        ),
        Page(
            TRAILHEAD.format(
                "pt-BR",
                "modules/lex_implementation_user_setup_mgmt/lex_implementation_user_setup_mgmt_adding_users-hoc",
            ),
            {"License": ("Licença", "Licença"), "Profile": ("Perfil", "Perfil")},
        ),
        Page(
            TRAILHEAD.format("pt-BR", "modules/data_security/data_security_objects"),
            {"Permission Sets": ("Conjuntos de permissões", "Criar novos conjuntos de permissões.")},
        ),
    ),
}

_LABELS = {
    language: {english: theirs for page in pages for english, (theirs, _) in page.labels.items()}
    for language, pages in PAGES.items()
}


def is_english(language: str) -> bool:
    """Whether the labels are right as they are; what is unknown counts as English."""
    return not language or language.partition("_")[0] == "en"


def beside(english: str, language: str) -> str:
    """What stands on a screen in that language in place of the label; empty where it is not known."""
    theirs = _LABELS.get(language, {}).get(english, "")
    return "" if theirs == english else theirs
