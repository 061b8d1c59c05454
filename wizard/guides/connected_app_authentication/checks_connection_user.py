"""Is the Salesforce-side connection user what Salesforce's support expects? (KA 003834038)"""

from __future__ import annotations

from wizard.guides.base import Finding
from wizard.guides.connected_app_authentication.calibration.assumptions import freeze_actions
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import day, is_known, the_user, unknown
from wizard.guides.connected_app_authentication.snapshot import Snapshot, User
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

LICENCE = "Salesforce"
LICENCE_KEY = "SFDC"  # UserLicense.LicenseDefinitionKey of that licence, in every language
PROFILE = "System Administrator"


def is_administrator(user: User) -> bool | None:
    """By the profile's rights, as its name is translated; None where neither of them tells."""
    if user.administrator is not None:
        return user.administrator
    return True if user.profile == PROFILE else None


def _is_full_licence(user: User) -> bool | None:
    if user.licence_key:
        return user.licence_key == LICENCE_KEY
    return True if user.licence == LICENCE else None


def check_active(snapshot: Snapshot, choices: Choices) -> Finding:
    user = chosen_user(snapshot, choices)
    if isinstance(user, Finding):
        return user
    if not user.active:
        return _to_do("user_inactive", _("{user} is switched off."), user, "CONNECTION_USER_INACTIVE")
    if finding := unknown(snapshot, choices, "login"):
        return finding
    login = next((row for row in snapshot.login.get(()) if row.user_id == user.id), None)
    if login is None:
        return Finding.cannot_check(
            "login_unseen", Text(_("Salesforce does not show whether {user} is frozen."), {"user": user.name})
        )
    if login.frozen:
        return _frozen(snapshot, choices, user)
    if login.locked:
        return _to_do("user_locked", _("The password of {user} is locked."), user, "CONNECTION_USER_LOCKED")
    return Finding.done("user_active", Text(_("{user} is active and not frozen."), {"user": user.name}))


def _frozen(snapshot: Snapshot, choices: Choices, user: User) -> Finding:
    """By whom, as the audit trail tells. That Salesforce itself leaves no row is inference."""
    if not is_known(snapshot, choices, "freezes"):
        return _to_do("user_frozen", _("{user} is frozen."), user, "CONNECTION_USER_FROZEN")
    newest = next(iter(snapshot.freezes.get(())), None)
    froze, _unfroze = freeze_actions(snapshot.facts.freeze_actions)
    if newest and newest.action.lower() == froze.lower():
        by = {"user": user.name, "by": newest.by or "?", "day": day(newest.at)}
        return Finding.to_do(
            "user_frozen_by", Text(_("{by} froze {user} on {day}."), by), remedy="CONNECTION_USER_FROZEN_BY"
        )
    return Finding.to_do(
        "user_contained",
        Text(
            _("{user} is frozen, and the audit trail names nobody. Probably Salesforce did it itself."),
            {"user": user.name},
        ),
        remedy="CONNECTION_USER_CONTAINED",
    )


def check_licence(snapshot: Snapshot, choices: Choices) -> Finding:
    user = chosen_user(snapshot, choices)
    if isinstance(user, Finding):
        return user
    now, must = Text("{licence}", {"licence": user.licence}), Text(LICENCE)
    full = _is_full_licence(user)
    if full is None:
        return Finding.cannot_check(
            "licence_untold",
            Text(_("Salesforce does not tell which licence {user} has."), {"user": user.name}),
            now=now,
            must=must,
        )
    if not full:
        return _to_do(
            "licence_wrong",
            _("{user} needs a full Salesforce licence."),
            user,
            "CONNECTION_USER_LICENCE",
            now,
            must,
        )
    if user.api_only is None:
        return Finding.cannot_check(
            "api_only_unseen",
            Text(_("Salesforce does not show whether {user} is limited to the API."), {"user": user.name}),
        )
    if user.api_only:
        return _to_do(
            "user_api_only",
            _("{user} may use the API only and can't sign in to pages."),
            user,
            "CONNECTION_USER_API_ONLY",
        )
    return Finding.done(
        "licence_right",
        Text(_("{user} has a full licence and may sign in to pages."), {"user": user.name}),
        now=now,
    )


def check_profile(snapshot: Snapshot, choices: Choices) -> Finding:
    user = chosen_user(snapshot, choices)
    if isinstance(user, Finding):
        return user
    wanted = {
        "Marketing User": user.marketing_user,
        "Marketing Cloud for AppExchange User": user.appexchange_user,
        "Marketing Cloud for AppExchange Admin": user.appexchange_admin,
    }
    lacking = [name for name, ticked in wanted.items() if ticked is False]
    must = Text(_("Profile {profile}, with {boxes} ticked"), {"profile": PROFILE, "boxes": ", ".join(wanted)})
    now = Text(_("Profile {profile}"), {"profile": user.profile})
    administrator = is_administrator(user)
    if administrator is False:
        lacking.insert(0, f"Profile: {PROFILE}")
    if lacking:
        return Finding.to_do(
            "profile_wrong",
            Text(_("{user} does not match Salesforce's checklist yet."), {"user": user.name}),
            now=now,
            must=must,
            remedy="CONNECTION_USER_PROFILE",
            details=tuple(lacking),
        )
    unseen = tuple(name for name, ticked in wanted.items() if ticked is None)
    if administrator is None:
        return Finding.cannot_check(
            "profile_untold",
            Text(_("We can't tell whether the profile {profile} is {wanted}."), _profiles(user)),
            now=now,
            must=must,
            remedy="BOXES_UNSEEN",
            details=unseen,
        )
    if unseen:
        return Finding.cannot_check(
            "boxes_unseen",
            Text(_("Salesforce does not show us these boxes of {user}."), {"user": user.name}),
            must=must,
            remedy="BOXES_UNSEEN",
            details=unseen,
        )
    return Finding.done("profile_right", _matches(user), now=now)


def _matches(user: User) -> Text:
    """A profile of another name is a translated one or a copy, which may differ in what we don't look at."""
    if user.profile in ("", PROFILE):
        return Text(_("{user} matches Salesforce's checklist."), {"user": user.name})
    message = _("{user} matches Salesforce's checklist: the profile {profile} has the rights of {wanted}.")
    return Text(message, {"user": user.name, **_profiles(user)})


def _profiles(user: User) -> dict[str, str]:
    return {"profile": user.profile, "wanted": PROFILE}


def chosen_user(snapshot: Snapshot, choices: Choices) -> User | Finding:
    """The connection user, or why nothing can be said of it."""
    if not choices.connection_user:
        return Finding.blocked(
            "no_connection_user",
            Text(_("Choose the Salesforce-side connection user first.")),
            remedy="NO_CONNECTION_USER",
        )
    if finding := unknown(snapshot, choices, "connection_user"):
        return finding
    user = the_user(snapshot, choices)
    if user is None:
        return Finding.to_do(
            "user_gone",
            Text(_("The chosen connection user is not in this org.")),
            remedy="CONNECTION_USER_GONE",
        )
    return user


def _to_do(
    code: str, message: str, user: User, remedy: str, now: Text | None = None, must: Text | None = None
) -> Finding:
    return Finding.to_do(code, Text(message, {"user": user.name}), now=now, must=must, remedy=remedy)
