"""The first stage: what has to be true before any line of the page can work."""

from __future__ import annotations

from wizard.guides.base import Stage, Step
from wizard.guides.connected_app_authentication import checks_connection_user as user
from wizard.guides.connected_app_authentication import checks_prepare as checks
from wizard.guides.connected_app_authentication import checks_rights as rights
from wizard.guides.connected_app_authentication import how_prepare as how
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.proof import subjects
from wizard.guides.connected_app_authentication.proof.app_users import check_app_users
from wizard.guides.connected_app_authentication.sign_in_rules import steps as sign_in
from wizard.guides.connected_app_authentication.snapshot import Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _


def _right(key: str, title: str, why: str, need: rights.Need) -> Step[Snapshot, Choices]:
    return Step(
        key=key,
        watched=False,
        title=Text(title),
        why=Text(why),
        reads=frozenset({"rights"}),
        check=rights.check_right(need),
        confirm=Text(_("An administrator told me that I hold these permissions.")),
        how=how.right(need),
    )


RIGHTS = (
    _right(
        "right_read",
        _("You may read the settings"),
        _("Without it we can't check anything for you."),
        rights.READ,
    ),
    _right(
        "right_policies",
        _("You may edit the app's policies"),
        _("Only people with these permissions see **Edit Policies**."),
        rights.POLICIES,
    ),
    _right(
        "right_create_set",
        _("You may create the permission set"),
        _("Salesforce refuses a new permission set otherwise."),
        rights.CREATE_SET,
    ),
    _right(
        "right_assign",
        _("You may assign people"),
        _("Salesforce refuses assignments otherwise."),
        rights.ASSIGN,
    ),
    _right(
        "right_app_access",
        _("You may add the permission set to the app"),
        _("This needs more than editing the policies does."),
        rights.APP_ACCESS,
    ),
)

ORG = (
    Step(
        key="package",
        title=Text(_("The package is installed")),
        why=Text(_("It brings three of the four permission sets and the Marketing Cloud tab.")),
        reads=frozenset({"package"}),
        check=checks.check_package,
        confirm=Text(_("I looked: the package is installed.")),
        how=how.package,
    ),
    Step(
        key="licences",
        watched=False,
        title=Text(_("The package has free seats")),
        why=Text(_("If the package is licensed by seat, people without one can't use it.")),
        reads=frozenset({"package"}),
        check=checks.check_licences,
        confirm=Text(_("I looked: there are enough seats of the package for everyone chosen.")),
        how=how.licences,
    ),
    Step(
        key="app",
        title=Text(_("The connected app is installed")),
        why=Text(_("Its policies can be changed only once it is installed.")),
        reads=frozenset({"app", "external", "rights", "assignments"}),
        check=checks.check_app,
        confirm=Text(_("I looked: the connected app is installed.")),
        subject=subjects.app,
        how=how.app,
    ),
)

CONNECTION_USER = (
    Step(
        key="connection_user_active",
        title=Text(_("The Salesforce-side connection user is active")),
        why=Text(_("If this user is switched off or frozen, the connection stops.")),
        reads=frozenset({"connection_user", "login", "freezes"}),
        check=user.check_active,
        confirm=Text(_("I looked: the connection user is active and not frozen.")),
        subject=subjects.the_user,
        how=how.user_active,
    ),
    Step(
        key="connection_user_licence",
        title=Text(_("The Salesforce-side connection user has a full licence")),
        why=Text(_("A user limited to the API can't give the consent that the connection needs.")),
        reads=frozenset({"connection_user"}),
        check=user.check_licence,
        confirm=Text(_("I looked: the connection user is not limited to the API.")),
        subject=subjects.the_user,
        how=how.user_licence,
    ),
    Step(
        key="connection_user_profile",
        title=Text(_("The Salesforce-side connection user matches Salesforce's checklist")),
        why=Text(_("Salesforce's support asks for this profile and these boxes first.")),
        reads=frozenset({"connection_user"}),
        check=user.check_profile,
        confirm=Text(_("I looked: the connection user has this profile and these boxes.")),
        subject=subjects.the_user,
        how=how.user_profile,
    ),
)

CHOICES = (
    Step(
        key="choices",
        watched=False,
        title=Text(_("The choices for this setup are made")),
        why=Text(_("They decide what is done, and for whom.")),
        check=checks.check_choices,
        confirm=Text(_("Nobody but the connection user works with Marketing Cloud in this org.")),
        subject=subjects.everyone,
        how=how.choices,
    ),
)

DANGERS = (
    Step(
        key="app_users",
        watched=False,
        title=Text(_("Nobody who uses the app today is forgotten")),
        why=Text(_("Whoever is not on your list is cut off when the app's policies are saved.")),
        reads=frozenset({"app", "rights", "tokens", "sets", "assignments", "approvals", "logins"}),
        check=check_app_users,
        confirm=Text(_("I know who uses the app today. Whoever is not on the list may lose access.")),
        subject=subjects.cut_off,
        how=how.app_users,
    ),
    Step(
        key="sandbox_copy",
        watched=False,
        title=Text(_("The connection was not copied from production")),
        why=Text(_("A refreshed sandbox keeps production's connection and would send to real customers.")),
        reads=frozenset({"configuration", "package", "rights"}),
        check=checks.check_sandbox_copy,
        confirm=Text(_("I made sure that this org's connection was not copied from production.")),
        subject=subjects.earlier_connection,
        how=how.sandbox_copy,
    ),
    Step(
        key="live_use",
        watched=False,
        title=Text(_("Everyone who sends knows of the interruption")),
        why=Text(_("Signing in again in an org in use stops sends and journeys.")),
        reads=frozenset({"configuration", "package", "rights"}),
        check=checks.check_live_use,
        confirm=Text(
            _("I know this can stop sends and journeys, and I have told the people who need to know.")
        ),
        subject=subjects.earlier_connection,
        how=how.live_use,
    ),
    Step(
        key="api_calls",
        watched=False,
        title=Text(_("The org has API calls left")),
        why=Text(_("Each look at the org costs a few of its calls per day.")),
        reads=frozenset({"rights"}),
        check=checks.check_api_calls,
        confirm=Text(_("I looked: the org has API calls left.")),
        how=how.api_calls,
    ),
    Step(
        key="mid",
        watched=False,
        title=Text(_("The expected account id (MID) is known")),
        why=Text(_("It is how we notice that the wrong Engagement account was connected.")),
        check=checks.check_mid,
        confirm=Text(_("I will compare the connected account myself.")),
        how=how.mid,
    ),
)

PREPARE = Stage(
    key="prepare",
    makes_choices=True,
    title=Text(_("Before you start")),
    purpose=Text(_("Find out what would stop the work later, while nothing has been changed yet.")),
    minutes=5,
    steps=(*RIGHTS, *ORG, *sign_in.ORG, *CHOICES, *CONNECTION_USER, *sign_in.PEOPLE, *DANGERS),
)
