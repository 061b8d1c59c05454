"""What we changed in an org, in sentences: by kind of change, of one and of several."""

from __future__ import annotations

from wizard.guides.changes import ChangeWords
from wizard.guides.connected_app_authentication.changes import (
    ASSIGN,
    CREATE_SET,
    DELETE_SET,
    GRANT,
    REVOKE,
    UNASSIGN,
)
from wizard.guides.connected_app_authentication.undoing import HOLDS_MORE, STILL_ASSIGNED, USED_ELSEWHERE
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

CHANGE_WORDS = {
    CREATE_SET: ChangeWords(Text(_("Created the permission set {label} ({name})"))),
    ASSIGN: ChangeWords(
        Text(_("Gave {user} the permission set {label}")),
        Text(_("Gave {count} people the permission set {set}")),
    ),
    GRANT: ChangeWords(Text(_("Added {label} to the permission sets of {app}"))),
    UNASSIGN: ChangeWords(
        Text(_("Took the permission set {label} back from {user}")),
        Text(_("Took the permission set {set} back from {count} people")),
        remains=Text(_("the permission set {label} of {user}")),
        several_remain=Text(_("the permission set {set} of {count} people")),
    ),
    REVOKE: ChangeWords(
        Text(_("Took the permission set off the connected app")),
        remains=Text(_("the permission set on the connected app")),
    ),
    DELETE_SET: ChangeWords(
        Text(_("Deleted the permission set {label}")),
        remains=Text(_("the permission set {label}")),
    ),
}
# Refusals that are ours: nothing was sent to Salesforce.
LEFT = {
    STILL_ASSIGNED: Text(_("Left as it is, because other people have it: {what}")),
    HOLDS_MORE: Text(_("Left as it is, because somebody added permissions to it: {what}")),
    USED_ELSEWHERE: Text(_("Left as it is, because another app uses it: {what}")),
}
