"""Lines of our own in the first stage: can everybody sign in who has to? (`facts/news-2026.md`, N1 to N11)"""

from __future__ import annotations

from wizard.guides.base import Step
from wizard.guides.connected_app_authentication.proof import subjects
from wizard.guides.connected_app_authentication.sign_in_rules import checks, how
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

ORG = (
    Step(
        key="remote_sites",
        title=Text(_("The package's remote sites are active")),
        why=Text(_("Without them the package can't call Engagement.")),
        reads=frozenset({"sites"}),
        check=checks.check_sites,
        confirm=Text(_("I looked: the package's remote sites are active.")),
        how=how.sites,
    ),
    Step(
        key="passkeys_allowed",
        title=Text(_("The org allows passkeys or security keys")),
        why=Text(_("Salesforce asks administrators for one of them at each sign-in.")),
        reads=frozenset({"security"}),
        check=checks.check_methods,
        confirm=Text(_("I looked: people of this org may register a passkey or a security key.")),
        how=how.methods,
    ),
    Step(
        key="sessions_not_locked",
        title=Text(_("Sessions are not locked to an IP address")),
        why=Text(_("A session that is tied to one address may be refused to Engagement's servers.")),
        reads=frozenset({"security"}),
        check=checks.check_sessions,
        confirm=Text(_("I know of this setting. It stays as it is.")),
        how=how.sessions,
    ),
    Step(
        key="ip_ranges_at_sign_in",
        title=Text(_("IP ranges are not enforced on every request")),
        why=Text(_("Enforced on every request, they may shut out Engagement's servers.")),
        reads=frozenset({"security"}),
        check=checks.check_ip_ranges,
        confirm=Text(_("I know of this setting. It stays as it is.")),
        how=how.ip_ranges,
    ),
)

PEOPLE = (
    Step(
        key="connection_user_proof",
        title=Text(_("The Salesforce-side connection user can still sign in")),
        why=Text(
            _("Salesforce asks administrators for a passkey, a security key or the device's own unlock.")
        ),
        reads=frozenset({"connection_user", "rights", "proofs"}),
        check=checks.check_proof,
        confirm=Text(_("The connection user has a passkey or a security key, and I know who holds it.")),
        subject=subjects.the_user,
        how=how.proof,
    ),
    Step(
        key="connection_user_second_key",
        recommended=True,
        title=Text(_("Two people can sign in as the Salesforce-side connection user")),
        why=Text(_("If the only key is lost or its holder is away, nobody can reconnect.")),
        confirm=Text(_("Two people hold a passkey or a security key of the connection user.")),
        subject=subjects.the_user,
        how=how.second_key,
    ),
    Step(
        key="presser_has_admin_set",
        watched=False,
        reported=True,
        title=Text(_("Whoever will press **Connect to Marketing Cloud** has the permission set for it")),
        why=Text(_("The package opens its wizard to Marketing Cloud Connector Admin only.")),
        reads=frozenset({"sets", "assignments"}),
        check=checks.check_presser,
        confirm=Text(_("Somebody who has this permission set will press **Connect to Marketing Cloud**.")),
        how=how.presser,
    ),
    Step(
        key="engagement_second_factor",
        recommended=True,
        title=Text(_("The second factor of the Engagement-side connection user is at hand")),
        why=Text(_("Engagement asks for it at every sign-in. Have it ready before you connect.")),
        confirm=Text(_("I know who holds the second factor of the Engagement-side connection user.")),
        how=how.second_factor,
    ),
)
