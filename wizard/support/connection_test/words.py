"""What each step of a connection's test asks, and what its answers mean."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.messages.remedies.remedy import ADMIN, YOU, Remedy

TITLES: Mapping[str, Text] = {
    "authorize": Text(_("Sign-in page (authorize)")),
    "token": Text(_("Token")),
    "identity": Text(_("Which org answered (identity)")),
    "reading": Text(_("First look around")),
    "versions": Text(_("API versions")),
    "limits": Text(_("API calls left")),
    "package": Text(_("Marketing Cloud Connect")),
}

#: Sections of the page, by the keys of their answers; `object` and `right` stand for all of theirs.
SECTIONS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (Text(_("Sign-in")), ("authorize", "token", "identity")),
    (Text(_("What the org offers")), ("reading", "versions", "limits", "package")),
    (Text(_("What the guide reads")), ("object",)),
    (Text(_("What your user may do")), ("right",)),
)

OUTCOMES: Mapping[str, Text] = {
    "ok": Text(_("Works")),
    "note": Text(_("Needs attention")),
    "failed": Text(_("Refused")),
    "waiting": Text(_("No answer yet")),
    "unreached": Text(_("Not reached")),
}

#: Of what is no error of Salesforce's.
MEANINGS: Mapping[str, Remedy] = {
    "no_refresh": Remedy(
        Text(_("The connection would end within hours, with the access token.")),
        Text(
            _(
                "In the app's OAuth settings, add "
                "**Perform requests at any time (refresh_token, offline_access)**. "
                "Its **Refresh Token Policy** must not be **Immediately expire refresh token**."
            )
        ),
        ADMIN,
    ),
    "invalid_scope": Remedy(
        Text(_("The app may not do all that the guide needs.")),
        Text(_("Add the scopes api, refresh_token and openid to the app's OAuth settings.")),
        ADMIN,
    ),
    "another": Remedy(
        Text(_("The browser was signed in to another org, or a sandbox was refreshed since.")),
        Text(_("Test again, and sign in with a user of the right org.")),
        YOU,
    ),
    "limits_few": Remedy(
        Text(_("Four fifths of the calls of this org are used. From nine tenths on we stop watching it.")),
        Text(_("Wait: they come back hour by hour. Or find out which other program uses so many.")),
        ADMIN,
    ),
    "limits_unseen": Remedy(
        Text(_("Every answer of Salesforce tells it. Something on the way may have removed that.")),
        Text(_("Ask whether a proxy between this site and Salesforce changes answers.")),
        ADMIN,
    ),
    "package_missing": Remedy(
        Text(_("The package et4ae5 is not in the list of installed packages.")),
        Text(_("Install Marketing Cloud Connect in this org first. The guide tells how.")),
        ADMIN,
    ),
    "fields_hidden": Remedy(
        Text(_("Your user or this release of Salesforce does not show these fields.")),
        Text(_("The guide does without them, and says at each item what it could not see.")),
        YOU,
    ),
}
