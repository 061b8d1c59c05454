"""*Set Up Connected App Authentication*, line by line, as data.

The line numbers are those of the source page as numbered for this project; every line
belongs to exactly one step. The stages stand in the page's order. In an org in use the
safe order is set, people, app access, then policies, and `needs` allows both.
"""

from __future__ import annotations

from wizard.guides.base import Guide, Stage, Step
from wizard.guides.connected_app_authentication import (
    changes,
    checks_connect,
    checks_people,
    checks_policies,
    checks_prepare,
    checks_ready,
    how,
    lookups,
    undo_harm,
)
from wizard.guides.connected_app_authentication.applying import WRITES, apply
from wizard.guides.connected_app_authentication.calibration.evidence import OBJECTS
from wizard.guides.connected_app_authentication.inputs import INPUTS, REPAIR, Choices, parse_inputs
from wizard.guides.connected_app_authentication.proof import subjects
from wizard.guides.connected_app_authentication.reading.approvals import read
from wizard.guides.connected_app_authentication.reading.parts import AFTER_CONNECT, PART_OBJECTS, READS
from wizard.guides.connected_app_authentication.reading.slow import SLOW, package_version, slow_due
from wizard.guides.connected_app_authentication.snapshot import Snapshot, dump, load, merge
from wizard.guides.connected_app_authentication.stage_prepare import PREPARE
from wizard.guides.connected_app_authentication.stage_ready import READY
from wizard.guides.connected_app_authentication.undoing import undo
from wizard.guides.connected_app_authentication.words.changes import CHANGE_WORDS, LEFT
from wizard.guides.connected_app_authentication.words.exemptions import EXEMPTIONS
from wizard.guides.connected_app_authentication.words.source_lines import SOURCE_LINES
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

__all__ = ["GUIDE", "PART_OBJECTS", "Choices", "Snapshot"]

POLICIES = Stage(
    key="policies",
    title=Text(_("Edit the connected app's policies")),
    purpose=Text(
        _("Decide who may use the app, from where, and for how long. Whoever is not approved loses access.")
    ),
    minutes=5,
    rights=("right_read", "right_policies"),
    endangers=("app_users",),
    warning=checks_policies.lock_out_warning,
    how=how.policies,
    steps=(
        Step(
            key="permitted_users",
            title=Text(_("Only approved people may use the app")),
            why=Text(_("Listed people go straight in. Everyone else is refused.")),
            lines=(1, 2, 3, 4, 5, 6, 7),
            reads=frozenset({"app", "audit", "external"}),
            check=checks_policies.check_permitted_users,
            confirm=Text(_("I looked: **Permitted Users** is **Admin approved users are pre-authorized**.")),
            subject=subjects.permitted_users,
            how=how.permitted_users,
        ),
        Step(
            key="ip_relaxation",
            title=Text(_("The app works from Engagement's servers")),
            why=Text(_("Engagement calls from addresses outside your company's network.")),
            lines=(8,),
            reads=frozenset({"app", "audit", "external"}),
            check=checks_policies.check_ip_relaxation,
            confirm=Text(_("I looked: **IP Relaxation** is **Relax IP restrictions**.")),
            subject=subjects.ip_relaxation,
            how=how.ip_relaxation,
        ),
        Step(
            key="refresh_token",
            title=Text(_("A refresh token can't be used later")),
            why=Text(_("A refresh token that expires at once can't be used by anybody later.")),
            lines=(9, 10),
            reads=frozenset({"app", "audit", "external"}),
            check=checks_policies.check_refresh_token,
            confirm=Text(_("I looked: **Refresh Token Policy** is **Immediately expire refresh token**.")),
            subject=subjects.refresh_token,
            how=how.refresh_token,
        ),
    ),
)

PERMISSION_SET = Stage(
    key="permission_set",
    title=Text(_("Create the permission set")),
    purpose=Text(_("Make an empty permission set. It pre-authorises people for the connected app.")),
    minutes=2,
    rights=("right_read", "right_create_set"),
    steps=(
        Step(
            key="set_name",
            title=Text(_("The permission set has a good name")),
            why=Text(_("The API name can't hold spaces and must be free. You approve it here.")),
            lines=(14, 15),
            reads=frozenset({"sets"}),
            check=checks_people.check_set_name,
            confirm=Text(_("I looked: the label and the API name are right.")),
            subject=subjects.permission_set,
            how=how.set_name,
        ),
        Step(
            key="set_created",
            title=Text(_("The permission set is in the org")),
            why=Text(
                _("The package's own permission sets can't be added to the app, so it needs one of yours.")
            ),
            lines=(11, 12, 13, 16),
            reads=frozenset({"sets"}),
            check=checks_people.check_set,
            plan=changes.plan_set,
            confirm=Text(_("I looked: the permission set is in the org.")),
            subject=subjects.permission_set,
            how=how.set_created,
        ),
    ),
)

PEOPLE = Stage(
    key="people",
    title=Text(_("Assign people")),
    purpose=Text(
        _("Assign the permission set to the connection user and to the people who work with Marketing Cloud.")
    ),
    minutes=3,
    needs=("permission_set",),
    rights=("right_read", "right_assign"),
    stands_on=("connection_user_active",),
    warning=checks_people.nobody_chosen,
    how=how.people,
    steps=(
        Step(
            key="connection_user_sets",
            title=Text(_("The Salesforce-side connection user has all four permission sets")),
            why=Text(_("The connection works in this user's name.")),
            lines=(17,),
            reads=frozenset({"sets", "assignments"}),
            check=checks_people.check_connection_user_sets,
            plan=changes.plan_connection_user_sets,
            confirm=Text(_("I looked: the connection user has all four permission sets.")),
            subject=subjects.connection_user,
            how=how.connection_user_sets,
        ),
        Step(
            key="people_assigned",
            title=Text(_("Everyone chosen has the new permission set")),
            why=Text(
                _(
                    "Once only pre-authorised users may use the app, "
                    "anyone without the permission set is refused."
                )
            ),
            lines=(18, 19, 20, 21, 22, 23, 25, 26),
            reads=frozenset({"sets", "assignments"}),
            check=checks_people.check_people,
            plan=changes.plan_people,
            confirm=Text(_("I looked: everyone chosen has the new permission set.")),
            subject=subjects.everyone,
            how=how.people_assigned,
        ),
        Step(
            key="system_user_included",
            title=Text(_("The Salesforce-side connection user is among them")),
            why=Text(_("It is easily forgotten, because it is not a person.")),
            lines=(24,),
            reads=frozenset({"sets", "assignments"}),
            check=checks_people.check_system_user,
            plan=changes.plan_system_user,
            confirm=Text(_("I looked: the connection user has the new permission set.")),
            subject=subjects.connection_user,
            how=how.system_user_included,
        ),
    ),
)

APP_ACCESS = Stage(
    key="app_access",
    title=Text(_("Add the permission set to the app")),
    purpose=Text(_("Add the permission set to the connected app, so that its people are pre-authorised.")),
    minutes=1,
    needs=("permission_set",),
    rights=("right_read", "right_app_access"),
    steps=(
        Step(
            key="set_on_app",
            title=Text(_("The app has the permission set")),
            why=Text(_("Only people with a permission set of the app are pre-authorised.")),
            lines=(27, 28, 29, 30, 31, 32, 33),
            reads=frozenset({"app", "external", "sets", "grants"}),
            check=checks_people.check_app_access,
            plan=changes.plan_app_access,
            confirm=Text(_("I looked: the app has the new permission set.")),
            subject=subjects.set_on_app,
            how=how.set_on_app,
        ),
    ),
)

CONNECT = Stage(
    key="connect",
    title=Text(_("Connect")),
    purpose=Text(_("Sign in to Engagement once, on Engagement's own page.")),
    minutes=5,
    needs=("policies", "permission_set", "people", "app_access"),
    stands_on=("connection_user_active", "connection_user_licence"),
    settled=checks_connect.settled,
    steps=(
        Step(
            key="log_out",
            watched=False,
            title=Text(_("Nobody is signed in to Engagement in this browser")),
            why=Text(_("Salesforce connects whichever Engagement session is open, even the wrong one.")),
            lines=(34,),
            reads=frozenset({"configuration", "connection_user"}),
            check=checks_connect.check_log_out,
            confirm=Text(_("I logged out of all Engagement sessions in this browser.")),
            subject=subjects.logged_out,
            then=how.CLOUD_TAB,
            how=how.log_out,
        ),
        Step(
            key="connected",
            title=Text(_("The right Engagement account is connected")),
            why=Text(_("Only then do the two products share data.")),
            lines=(35, 36, 37, 38),
            reads=frozenset({"configuration", "connection_user", "rights"}),
            check=checks_connect.check_connected,
            confirm=Text(_("I compared the account: this connection is the right one and it works.")),
            subject=subjects.connection,
            how=how.connect,
        ),
    ),
)

HANDOVER = Stage[Snapshot, Choices](
    key="handover",
    title=Text(_("Handover")),
    purpose=Text(_("See each item's proof. Leave the org as you want it.")),
    minutes=2,
    steps=(),
    needs=("policies", "permission_set", "people", "app_access", "connect", "ready"),
)

PAGE_ORDER = ("prepare", "policies", "permission_set", "people", "app_access", "connect", "ready", "handover")
SAFE_ORDER = ("prepare", "permission_set", "people", "app_access", "policies", "connect", "ready", "handover")


def recommended_order(snapshot: Snapshot | None, choices: Choices) -> tuple[str, ...]:
    """In an org in use the policies come last: nobody is locked out before the guest list hangs.

    What this setup has connected itself, behind its policies, does not renumber its stages on the way.
    """
    if snapshot is None:
        return SAFE_ORDER if choices.mode == REPAIR else PAGE_ORDER
    in_use = lookups.is_in_use(snapshot, choices) and not lookups.connected_here(snapshot, choices)
    return SAFE_ORDER if in_use else PAGE_ORDER


GUIDE = Guide[Snapshot, Choices](
    key="connected_app_authentication",
    title=Text(_("Set Up Connected App Authentication")),
    source="Set Up Connected App Authentication",
    source_lines=SOURCE_LINES,
    stages=(PREPARE, POLICIES, PERMISSION_SET, PEOPLE, APP_ACCESS, CONNECT, READY, HANDOVER),
    inputs=INPUTS,
    parse_inputs=parse_inputs,
    read=read,
    merge=merge,
    dump=dump,
    load=load,
    apply=apply,
    undo=undo,
    found=changes.found,
    undo_plan=changes.undo_plan,
    harm_of_undo=undo_harm.before,
    harm_undone=undo_harm.after,
    rediscover=lookups.package_is_new,
    order=recommended_order,
    found_inputs=checks_connect.found_inputs,
    proposed_inputs=checks_prepare.proposed_inputs,
    refused_input=checks_connect.refused_input,
    read_late=checks_ready.read_late,
    known_by_id=(changes.CREATE_SET, changes.GRANT),
    slow_parts=SLOW,
    polled_parts=AFTER_CONNECT,
    slow_due=slow_due,
    package_version=package_version,
    user_step="connection_user_active",
    says_nothing=frozenset({"not_read", "unreadable", "policies_hidden", "no_sets_seen"}),
    change_words=CHANGE_WORDS,
    left=LEFT,
    reads=READS,
    calibration_reads=OBJECTS,
    writes=WRITES,
    exemptions=EXEMPTIONS,
)
