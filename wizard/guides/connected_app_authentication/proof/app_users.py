"""Who uses the app today, and would be cut off as soon as only approved people may use it?"""

from __future__ import annotations

from collections.abc import Sequence

from wizard.guides.base import Alternative, Detail, Finding
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.lookups import dated, day, unknown
from wizard.guides.connected_app_authentication.reading.sign_ins import sees_all
from wizard.guides.connected_app_authentication.snapshot import Snapshot, State, Use
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

NAMED = 6  # so many people get a button each
#: Without it the list of tokens holds the caller's own, and does not say so (fact sheet, section 6).
SEES_ALL = "PermissionsCustomizeApplication"


def check_app_users(snapshot: Snapshot, choices: Choices) -> Finding:
    if finding := unknown(snapshot, choices, "app", "rights", "tokens"):
        return finding
    app = lookups.the_app(snapshot, choices)
    if app and app.admin_approved:
        return Finding.done(
            "approved_already", Text(_("Only approved people may use the app already, so nobody is cut off."))
        )
    if not (snapshot.rights.get({}).get(SEES_ALL) or snapshot.logins.is_known):
        return _hidden(snapshot)
    if finding := unknown(snapshot, choices, "sets", "assignments") if choices.everyone else None:
        return finding
    if left := lookups.cut_off_users(snapshot, choices):
        return _not_listed(left, snapshot, choices)
    if soon := lookups.cut_off_soon(snapshot, choices):
        return _not_for_long(soon, snapshot, choices)
    if not snapshot.rights.get({}).get(SEES_ALL):
        return _hidden(snapshot)
    if users := lookups.users_of_app(snapshot, choices):
        return _nobody_left(users, snapshot, choices)
    if app and app.refresh_period == 0:
        return Finding.cannot_check(
            "users_not_kept",
            Text(_("Refresh tokens expire at once here, so Salesforce keeps no list of who uses the app.")),
            remedy="USERS_HIDDEN",
            details=(_login_history(snapshot),),
        )
    return Finding.done(
        "nobody_uses",
        Text(_("Salesforce lists nobody as a user of this app.")),
        details=(_login_history(snapshot),),
    )


def _hidden(snapshot: Snapshot) -> Finding:
    return Finding.cannot_check(
        "users_hidden",
        Text(_("Salesforce shows you only your own use of the app.")),
        remedy="USERS_HIDDEN",
        details=(_login_history(snapshot),),
    )


def _login_history(snapshot: Snapshot) -> Text:
    """How far it was looked at, or why not."""
    part = snapshot.logins
    if part.is_known:
        since = day(snapshot.facts.logins_since or part.read_at)
        return Text(
            _("Sign-ins to the app in **Login History** were looked for, back to {day}."), {"day": since}
        )
    if part.state is State.UNREADABLE:
        return Text(lookups.UNREADABLE["logins"], {"code": part.code})
    if not sees_all(snapshot):
        return Text(
            _("**Login History** was not read: you need **Manage Users** or **Monitor Login History**.")
        )
    return Text(_("**Login History** is read in a repair only: choose **Repair** if the app was in use."))


def _nobody_left(users: Sequence[Use], snapshot: Snapshot, choices: Choices) -> Finding:
    chosen = set(choices.everyone)
    others = [use for use in users if use.user_id not in chosen]
    details = (*_with_last_use(users), *_until(others, snapshot, choices), *_notes(users, snapshot))
    if unlisted := len(lookups.not_on_list(snapshot, choices)):
        message = _(
            "Nobody loses access. Not on your list, but approved by another set or their profile: {count}."
        )
        return Finding.done("users_kept", Text(message, {"count": unlisted}), details=details)
    code, words = ("users_have_set", _one_or_many_having) if others else ("users_listed", _one_or_many_listed)
    return Finding.done(code, Text(words(len(users)), {"count": len(users)}), details=details)


def _not_for_long(soon: Sequence[tuple[Use, str]], snapshot: Snapshot, choices: Choices) -> Finding:
    """Nobody is cut off by saving the policies, and somebody is a few days later."""
    users = [use for use, _end in soon]
    return Finding.to_do(
        "users_kept_for_now",
        Text(_one_or_many_soon(len(users)), {"count": len(users), "day": day(soon[0][1])}),
        details=(*_with_last_use(users), *_until(users, snapshot, choices), *_notes(users, snapshot)),
        remedy="ASSIGNMENT_ENDS_SOON",
        ways=tuple(_ways(users, choices)),
        signable=True,
    )


def _until(users: Sequence[Use], snapshot: Snapshot, choices: Choices) -> list[Text]:
    """Whose access has an end, with it."""
    ends = lookups.approved_until(snapshot, choices)
    dated_ones = [(use, end) for use in users if (end := ends.get(use.user_id, ""))]
    told = _("{name}: access ends on {day}")
    return [Text(told, {"name": _name(use), "day": day(end)}) for use, end in dated_ones]


def _not_listed(left: Sequence[Use], snapshot: Snapshot, choices: Choices) -> Finding:
    soon = [use for use, _end in lookups.cut_off_soon(snapshot, choices)]
    return Finding.to_do(
        "users_not_listed",
        Text(_one_or_many_left(len(left)), {"count": len(left)}),
        details=(*_with_last_use(left), *_until(soon, snapshot, choices), *_notes(left, snapshot)),
        remedy="USERS_NOT_LISTED",
        ways=tuple(_ways(left, choices)),
        signable=True,
    )


def _notes(users: Sequence[Use], snapshot: Snapshot) -> list[Text]:
    """What could not be seen of these people, and where else was looked."""
    hidden = {
        "Name": any(not use.name for use in users),
        "Username": any(not use.username for use in users),
        "Active": any(use.active is None for use in users),
    }
    fields = ", ".join(name for name, is_hidden in hidden.items() if is_hidden)
    told = _("Salesforce hides from us, of these people: {fields}. Field-level security is why.")
    return [*([Text(told, {"fields": fields})] if fields else []), _login_history(snapshot)]


def _one_or_many_left(count: int) -> str:
    if count == 1:
        return _("1 person uses the app today, is not on your list, and would lose access.")
    return _("{count} people use the app today, are not on your list, and would lose access.")


def _one_or_many_listed(count: int) -> str:
    if count == 1:
        return _("The 1 person who uses the app today is on your list.")
    return _("All {count} people who use the app today are on your list.")


def _one_or_many_having(count: int) -> str:
    if count == 1:
        return _("The 1 person who uses the app today has the permission set.")
    return _("All {count} people who use the app today are on your list or have the permission set.")


def _one_or_many_soon(count: int) -> str:
    if count == 1:
        return _("1 person uses the app, is not on your list, and loses access on {day}.")
    return _("{count} people use the app, are not on your list, and lose access, the first on {day}.")


def _ways(left: Sequence[Use], choices: Choices) -> list[Alternative]:
    """Everybody at one press; a few people also one by one."""
    label = _("Add {name} to the list")
    each = [_add(Text(label, {"name": use.name or use.user_id}), [use], choices) for use in left]
    if len(left) == 1:
        return each
    everyone = _add(Text(_("Add all {count} to the list"), {"count": len(left)}), left, choices)
    return [everyone, *(each if len(left) <= NAMED else ())]


def _add(label: Text, more: Sequence[Use], choices: Choices) -> Alternative:
    return Alternative(label, {"people": [*choices.people, *(use.user_id for use in more)]})


def _name(use: Use) -> str:
    return f"{use.name} ({use.username})" if use.username else use.name or use.user_id


def _with_last_use(users: Sequence[Use]) -> tuple[Detail, ...]:
    """Each with the day and hour on which the app was last used in their name."""
    return tuple(dated(_name(use), use.last) if use.last else _name(use) for use in users)
