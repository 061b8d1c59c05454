"""Before you start: is the org ready, and what would go wrong?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wizard.guides.base import Alternative, Finding, Proof, Status
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.checks_rights import LABELS
from wizard.guides.connected_app_authentication.inputs import FIRST, INPUTS, MID, Choices
from wizard.guides.connected_app_authentication.lookups import unknown
from wizard.guides.connected_app_authentication.reading.parsing import APPROVE_UNINSTALLED
from wizard.guides.connected_app_authentication.snapshot import App, Package, Snapshot
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _

WARN_AT = 0.8  # of the org's daily API calls (design, section 6)
MISSING_OBJECT = ("INVALID_TYPE", "FIELDS_MISSING")
SITE_LICENCE = -1  # PackageLicense.AllowedLicenses without a seat limit: inference (fact sheet 4b)


def check_package(snapshot: Snapshot, choices: Choices) -> Finding:
    if finding := unknown(snapshot, choices, "package"):
        return finding
    rows = snapshot.package.get(())
    if not rows:
        return Finding.to_do(
            "package_missing",
            Text(_("The Marketing Cloud Connect package is not installed.")),
            remedy="PACKAGE_MISSING",
        )
    if rows[0].status == "Expired":
        return Finding.to_do(
            "package_expired", Text(_("The package's licence has expired.")), remedy="PACKAGE_EXPIRED"
        )
    if version := snapshot.facts.package_version:
        sentence = Text(_("The package is installed, version {version}."), {"version": version})
    else:
        sentence = Text(_("The package is installed. Salesforce does not show you its version."))
    return Finding.done("package_installed", sentence)


def check_licences(snapshot: Snapshot, choices: Choices) -> Finding:
    if finding := unknown(snapshot, choices, "package"):
        return finding
    rows = snapshot.package.get(())
    if not rows:
        return _package_first()
    allowed = rows[0].allowed
    if allowed == SITE_LICENCE:
        return Finding.done("licences_unlimited", Text(_("The package's licence has no seat limit.")))
    free = _free_seats(rows[0])
    if allowed is None or free is None:
        return Finding.cannot_check(
            "licences_unknown", Text(_("The org does not say how many seats there are."))
        )
    now = Text(_("{free} of {allowed} seats free"), {"free": free, "allowed": allowed})
    if free <= 0:
        return Finding.to_do(
            "licences_used_up",
            Text(_("All seats of the package are taken.")),
            now=now,
            remedy="NO_PACKAGE_SEATS",
        )
    return Finding.done("licences_free", Text(_("Seats of the package are free.")), now=now)


def _free_seats(package: Package) -> int | None:
    if package.allowed is None or package.used is None:
        return None
    return package.allowed - package.used


def check_app(snapshot: Snapshot, choices: Choices) -> Finding:
    if finding := unknown(snapshot, choices, "app"):
        return finding
    name = {"app": lookups.app_name(snapshot, choices)}
    if lookups.the_app(snapshot, choices):
        return Finding.done("app_present", Text(_("{app} is installed in this org."), name))
    candidates = [app for app in snapshot.app.get(()) if lookups.looks_like_ours(app)]
    if candidates:
        return Finding.to_do(
            "app_other_name",
            Text(_("{app} is not installed, but apps with a similar name are."), name),
            details=tuple(app.name for app in candidates),
            remedy="APP_OTHER_NAME",
            ways=tuple(_choose(app, candidates) for app in candidates),
        )
    if (finding := lookups.no_app(snapshot, choices)).code == "app_external":
        return finding
    return _not_let_in(snapshot, choices, name) or Finding.to_do(
        "app_missing",
        Text(_("{app} is not installed in this org."), name),
        remedy="APP_MISSING",
    )


def _not_let_in(snapshot: Snapshot, choices: Choices, name: Mapping[str, Json]) -> Finding | None:
    """Whether Salesforce will refuse **Connect Account** to the connection user, or to whoever is here."""
    if lookups.lets_in_uninstalled(snapshot, choices.connection_user) is False:
        user = choices.name_of(choices.connection_user)
        message = _("{app} is not installed in this org, and {user} may not let in such an app.")
        code, sentence = "app_missing_user_unapproved", Text(message, {**name, "user": user})
    elif snapshot.rights.get({}).get(APPROVE_UNINSTALLED) is False:
        message = _("{app} is not installed in this org, and you may not let in such an app.")
        code, sentence = "app_missing_unapproved", Text(message, name)
    else:
        return None
    return Finding.to_do(
        code, sentence, remedy="APP_MISSING_UNAPPROVED", details=(LABELS[APPROVE_UNINSTALLED],)
    )


def _choose(app: App, candidates: Sequence[App]) -> Alternative:
    """By what is seen in Salesforce: the label, and where two have the same, the id in the page's address."""
    same = sum(each.name == app.name for each in candidates) > 1
    label = f"{app.name} ({app.id})" if same else app.name
    return Alternative(Text(_("Use the app {app}"), {"app": label}), {"app": app.id})


def check_sandbox_copy(snapshot: Snapshot, choices: Choices) -> Finding:
    """A refreshed sandbox carries production's connection and sends to production's account."""
    if snapshot.facts.is_sandbox is None:
        return Finding.cannot_check("kind_unknown", Text(_("We don't know yet whether this is a sandbox.")))
    if not snapshot.facts.is_sandbox:
        return Finding.done("production", Text(_("This is a production org, so it is not a copy.")))
    if finding := _no_connection(snapshot, choices):
        return finding
    return Finding.cannot_check(
        "sandbox_copy",
        Text(_("This sandbox has a connection that may have been copied from production.")),
        remedy="SANDBOX_COPY",
        details=_accounts(snapshot, choices),
    )


def proposed_inputs(snapshot: Snapshot, choices: Choices) -> dict[str, Json]:
    """Where for sure nothing was connected before, it is a first connection."""
    earlier = _no_connection(snapshot, choices)
    return {"mode": FIRST} if earlier is not None and earlier.status is Status.DONE else {}


def check_live_use(snapshot: Snapshot, choices: Choices) -> Finding:
    if finding := _no_connection(snapshot, choices):
        return finding
    details = _accounts(snapshot, choices)
    if choices.mode == FIRST:
        return Finding.to_do(
            "mode_mismatch",
            Text(_("You chose a first connection, but this org is connected already.")),
            remedy="MODE_MISMATCH",
            details=details,
        )
    return Finding.cannot_check(
        "live_connection",
        Text(
            _("This org is connected now. A new sign-in stops sends and journeys until they are restarted.")
        ),
        remedy="LIVE_CONNECTION",
        details=details,
    )


def _no_connection(snapshot: Snapshot, choices: Choices) -> Finding | None:
    """Done when no earlier connection exists for sure, `cannot_check` when unsure, None when one exists."""
    part = snapshot.configuration
    if part.code in MISSING_OBJECT and snapshot.package.is_known and not snapshot.package.get(()):
        return Finding.done("no_package", Text(_("Without the package there is no connection.")))
    if finding := unknown(snapshot, choices, "configuration"):
        return finding
    if lookups.connected_before(snapshot, choices):
        return None
    if lookups.account_unseen(snapshot):
        return Finding.cannot_check(
            "account_unseen",
            Text(_("There is a record of a connection. Salesforce hides from you which account it is.")),
            remedy="ACCOUNT_UNSEEN",
        )
    if not lookups.sees_everything(snapshot):
        return Finding.cannot_check(
            "may_be_hidden",
            Text(_("No earlier connection is visible to you, but you may not see all records.")),
            remedy="RECORDS_MAY_BE_HIDDEN",
        )
    return Finding.done("no_earlier_connection", Text(_("No earlier connection was found.")))


def _accounts(snapshot: Snapshot, choices: Choices) -> tuple[Text, ...]:
    rows = lookups.connected_before(snapshot, choices)
    return tuple(lookups.dated(f"MID {row.mid}", row.created_at) for row in rows)


def check_api_calls(snapshot: Snapshot, choices: Choices) -> Finding:
    used, limit = snapshot.facts.api_used, snapshot.facts.api_limit
    if used is None or not limit:
        return Finding.cannot_check(
            "usage_unknown", Text(_("Salesforce has not told us the API calls left yet."))
        )
    now = Text(_("{used} of {limit} calls used in 24 hours"), {"used": used, "limit": limit})
    if used >= limit * WARN_AT:
        return Finding.to_do(
            "usage_high", Text(_("The org has few API calls left today.")), now=now, remedy="API_USAGE_HIGH"
        )
    return Finding.done("usage_low", Text(_("There are enough API calls left today.")), now=now)


def check_mid(snapshot: Snapshot, choices: Choices) -> Finding:
    if not choices.mid:
        return Finding.cannot_check(
            "mid_missing", Text(_("No account id was given, so we can't compare it later."))
        )
    if not MID.fullmatch(choices.mid):
        return Finding.to_do(
            "mid_malformed",
            Text(_("{mid} does not look like an account id: it has digits only."), {"mid": choices.mid}),
            remedy="MID_MALFORMED",
        )
    sentence = Text(_("We will compare the account with {mid}."), {"mid": choices.mid})
    return Finding.done("mid_given", sentence, proof=Proof.CHOICE)


def check_choices(_snapshot: Snapshot, choices: Choices) -> Finding:
    """What is required is chosen, and somebody beside the connection user."""
    missing = [each for each in INPUTS if each.required and not getattr(choices, each.key)]
    if missing:
        what = {"what": missing[0].label.to_json()}
        return Finding.to_do(
            "choices_missing", Text(_("Not chosen yet: {what}"), what), remedy="CHOICES_MISSING"
        )
    if not choices.people:
        return Finding.cannot_check(
            "nobody_chosen",
            Text(_("Nobody is chosen who works with Marketing Cloud.")),
            remedy="NOBODY_CHOSEN",
        )
    sentence = Text(_("Everything that this setup needs to know is chosen."))
    return Finding.done("choices_made", sentence, proof=Proof.CHOICE)


def _package_first() -> Finding:
    return Finding.blocked(
        "package_missing", Text(_("The package has to be installed first.")), remedy="PACKAGE_MISSING"
    )
