"""What each kind of notice says of a setup."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse

from notices.kinds import Kind
from notices.models import Notice
from notices.words import Said
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _
from wizard.messages.events import JOB_TITLES
from wizard.messages.remedies import get
from wizard.messages.render import plain

TITLES = {
    Kind.GUEST_OPENED: Text(_("The client has opened your link")),
    Kind.GUEST_DONE: Text(_("The client's part is done")),
    Kind.STAGE_DONE: Text(_("A stage is done")),
    Kind.JOB_FAILED: Text(_("The work stopped with a problem")),
    Kind.JOB_INTERRUPTED: Text(_("The work was interrupted, and goes on by itself")),
    Kind.SIGN_IN_LOST: Text(_("We can't reach the org any more: somebody has to sign in again")),
    Kind.CONNECTION_USER: Text(_("The Salesforce-side connection user can't be used any more")),
    Kind.DRIFTED: Text(_("Changed after the handover, and no longer right")),
    Kind.MENDED: Text(_("Right again after the handover")),
    Kind.HANDED_OVER: Text(_("The setup is handed over")),
    Kind.LINK_ENDING: Text(_("The client's link ends soon, and their part is not done")),
    Kind.IDLE: Text(_("Nobody worked on this setup for 7 days")),
}
SIGNED_IN = Text(_("The client has signed in"))
USER_LOST = Text(
    _("In Salesforce this user is frozen, locked or switched off. Until that ends, the connection stops.")
)


def say(notice: Notice) -> Said:
    kind = Kind(notice.kind)
    title = SIGNED_IN if kind is Kind.GUEST_DONE and notice.data.get("sign_in_only") else TITLES[kind]
    return Said(
        plain(title),
        plain(_detail(kind, notice.data)),
        plain(Text.from_json(notice.before)),
        plain(Text.from_json(notice.after)),
        " ".join(notice.org.name.split()) if notice.org else "",
        settings.PUBLIC_URL + reverse("wizard:setup", args=[notice.setup_id]),
    )


def _detail(kind: Kind, data: Mapping[str, Json]) -> Text | None:
    if kind is Kind.JOB_FAILED and data.get("error_code"):
        return get(data["error_code"]).happened
    if kind is Kind.CONNECTION_USER:
        return USER_LOST
    if kind in (Kind.JOB_FAILED, Kind.JOB_INTERRUPTED):
        return JOB_TITLES.get(data.get("job") or "")
    return Text.from_json(data.get("title") or data.get("stage"))
