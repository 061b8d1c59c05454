"""Each unconfirmed assumption beside what an org says of it (fact sheet, section 13c). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wizard.guides.connected_app_authentication.calibration.assumptions import SETTINGS
from wizard.guides.connected_app_authentication.calibration.evidence import Evidence, Reading, Row
from wizard.guides.connected_app_authentication.checks_policies import REFRESH_TOKEN_ZERO
from wizard.guides.connected_app_authentication.proof.audit_rows import IP_ACTION, IP_ROW

#: Of the app's policies; what else the trail says of the app is news.
KNOWN_ACTIONS = frozenset(
    {
        IP_ACTION,
        "changeUserRuntimeAccessPolicy",
        "insertConnectedApplication",
        "deleteConnectedApplication",
        "blockConnectedApplication",
        "unblockConnectedApplication",
        "insertConnectedAppSessionPolicy",
        "changeApplicationRefreshTokenRotationEnabled",
        "SetupEntityAccessAudit_PermissionSet_ConnectedApplication_Enabled",
        "SetupEntityAccessAudit_PermissionSet_ConnectedApplication_Disabled",
    }
)

#: What only a write or a click can tell: not looked at.
NEEDS_A_WRITE = (
    "Whether the set can be put on the app by a SetupEntityAccess row (else the guide shows the page)",
    "The error for a permission set that exists already (both known codes count as: it is there)",
    "Whether /<app id>/e opens the policies (the guide links to the app's detail page instead)",
    "The error for an attempt to change the app by the API (the guide never tries)",
)


class Verdict(StrEnum):
    AS_ASSUMED = "as assumed"
    DIFFERS = "differs"
    NOT_TOLD = "the org does not tell"


@dataclass(frozen=True)
class Point:
    """One assumption. `setting` is what to set, and `when` says under which condition."""

    key: str
    question: str
    assumed: str
    said: str
    verdict: Verdict
    setting: str = ""
    when: str = ""
    note: str = ""  # where there is nothing to set: what the guide does instead


Settings = Mapping[str, str]


def value(settings: Settings, name: str) -> str:
    return settings.get(name, SETTINGS[name].default)


def judge(evidence: Evidence, settings: Settings) -> list[Point]:
    return [point(evidence, settings) for point in _POINTS]


def _app_row(evidence: Evidence, settings: Settings) -> Row | None:
    return _named(_best(evidence).rows, "Name", value(settings, "app_name"))


def _best(evidence: Evidence) -> Reading:
    return evidence["app_plain"] if evidence["app"].refused else evidence["app"]


def _named(rows: Sequence[Row], field: str, name: str) -> Row | None:
    return next((row for row in rows if row.get(field) == name), None)


def refresh_token(evidence: Evidence, settings: Settings) -> Point:
    mapping = value(settings, "refresh_token_zero")
    stored = REFRESH_TOKEN_ZERO[mapping]
    ask = (
        "refresh_token_zero",
        'What is stored for "Immediately expire refresh token"',
        f"period {_json(stored)}, from last use false (refresh_token_zero={mapping})",
    )
    app = _app_row(evidence, settings)
    if app is None or "RefreshTokenValidityPeriod" not in app:
        return Point(*ask, _refusal(evidence["app"], "the app or its policies are not visible"), _NOT_TOLD)
    period, metric = app["RefreshTokenValidityPeriod"], app.get("OptionsRefreshTokenValidityMetric")
    said = f"period {_json(period)}, from last use {_json(metric)}"
    other = next((name for name, each in REFRESH_TOKEN_ZERO.items() if each == period and not metric), "")
    if not other or other == mapping == "null":
        return Point(*ask, said, _NOT_TOLD, note="Another option may be selected now.")
    if other == mapping:
        return Point(*ask, said, Verdict.AS_ASSUMED, note="Nothing else is expected to be stored like this.")
    when = 'only if the page shows "Immediately expire refresh token" now'
    return Point(*ask, said, _NOT_TOLD, f"refresh_token_zero={other}", when)


def app_name(evidence: Evidence, settings: Settings) -> Point:
    wanted = value(settings, "app_name")
    ask = ("app_name", "How the app is called", f"its Name is {wanted} (app_name)")
    reading = _best(evidence)
    names = [str(row["Name"]) for row in reading.rows]
    if wanted in names:
        return Point(*ask, "; ".join([f"Name {wanted}", *_aliases(evidence, wanted)]), Verdict.AS_ASSUMED)
    if names:
        setting, when = f"app_name={names[0]}", "only if this is the app that Marketing Cloud Connect uses"
        return Point(*ask, f"Name {', '.join(names)}", Verdict.DIFFERS, setting, when)
    return Point(*ask, _refusal(reading, "no app of such a name is installed"), _NOT_TOLD)


def _aliases(evidence: Evidence, name: str) -> list[str]:
    said = []
    if app := _named(_best(evidence).rows, "Name", name):
        said.append(f"id {str(app['Id'])[:3]}...")
    if tooling := _named(evidence["app_tooling"].rows, "Name", name):
        said.append(f"DeveloperName {tooling.get('DeveloperName')}")
    if menu := _named(evidence["menu"].rows, "Label", name):
        said.append(f"AppMenuItem {menu.get('Name')}, namespace {menu.get('NamespacePrefix') or 'none'}")
    return said


def grant_rows(evidence: Evidence, settings: Settings) -> Point:
    ask = ("grants", "Whether SetupEntityAccess shows the app's permission sets", "one row for each set")
    app = _app_row(evidence, settings)
    rows = [row for row in evidence["grants"].rows if app and row["SetupEntityId"] == app["Id"]]
    if rows:
        return Point(*ask, f"{len(rows)} rows for the app", Verdict.AS_ASSUMED)
    return Point(*ask, _refusal(evidence["grants"], "no row for the app yet"), _NOT_TOLD)


def package_seats(evidence: Evidence, settings: Settings) -> Point:
    ask = ("package_seats", "Whether a packaged set needs a seat of the package", "no seat is needed")
    package = next(iter(evidence["package"].rows), None)
    if package is None:
        return Point(*ask, _refusal(evidence["package"], "the package is not installed"), _NOT_TOLD)
    said = f"{package['AllowedLicenses']} seats, {package['UsedLicenses']} used"
    unread = next((evidence[name] for name in ("seats", "holders") if evidence[name].refused), None)
    if package["AllowedLicenses"] == -1 or unread:
        why = _refusal(unread, "") if unread else "a site licence: nobody needs one"
        return Point(*ask, f"{said}; {why}", _NOT_TOLD)
    holders = {row["AssigneeId"] for row in evidence["holders"].rows}
    without = holders - {row["UserId"] for row in evidence["seats"].rows}
    said += f"; {len(without)} of {len(holders)} holders of a packaged set have no seat"
    return Point(*ask, said, Verdict.AS_ASSUMED if without else _NOT_TOLD)


def login_name(evidence: Evidence, settings: Settings) -> Point:
    wanted = value(settings, "app_name")
    ask = ("login_application", "How a login by the app is called", f"Application is {wanted}")
    apps = {str(row.get("Application") or ""): str(row.get("LoginType")) for row in evidence["logins"].rows}
    similar = [name for name in apps if "marketing" in name.lower() or "exacttarget" in name.lower()]
    note = "Nothing to set: no line is proved by it."
    if wanted in apps:
        return Point(*ask, f"Application {wanted}, LoginType {apps[wanted]}", Verdict.AS_ASSUMED)
    if similar:
        said = "; ".join(f"Application {name}, LoginType {apps[name]}" for name in similar)
        return Point(*ask, said, Verdict.DIFFERS, note=note)
    return Point(*ask, _refusal(evidence["logins"], "no login by the app"), _NOT_TOLD, note=note)


def refresh_audit(evidence: Evidence, settings: Settings) -> Point:
    ask = ("refresh_audit", "Whether the audit trail tells of the refresh token policy", "it does not")
    rows = _about_app(evidence, settings)
    news = {str(row["Action"]): str(row["Display"]) for row in rows if row["Action"] not in KNOWN_ACTIONS}
    if news:
        said = "; ".join(f"{action}: {display}" for action, display in sorted(news.items()))
        return Point(*ask, said, Verdict.DIFFERS, note="Nothing to set: the field is read instead.")
    if rows:
        return Point(*ask, f"{len(rows)} rows about the app, none of another action", Verdict.AS_ASSUMED)
    return Point(*ask, _refusal(evidence["audit"], "no row about the app"), _NOT_TOLD)


def audit_wording(evidence: Evidence, settings: Settings) -> Point:
    ending = value(settings, "ip_relaxed_ending")
    assumed = f'it ends with "{ending}" (ip_relaxed_ending)' if ending else "the English wording"
    ask = ("audit_wording", "How the audit trail tells of IP relaxation", assumed)
    row = next((row for row in _about_app(evidence, settings) if row["Action"] == IP_ACTION), None)
    if row is None:
        note = "Without a row the guide asks for a confirmation."
        return Point(*ask, _refusal(evidence["audit"], "no such row"), _NOT_TOLD, note=note)
    display = str(row["Display"]).strip()
    if IP_ROW.fullmatch(display) or (ending and display.endswith(ending)):
        return Point(*ask, display, Verdict.AS_ASSUMED)
    setting = "ip_relaxed_ending=<the last words of the row>"
    return Point(*ask, display, Verdict.DIFFERS, setting, 'if "Relax IP restrictions" is selected now')


def _about_app(evidence: Evidence, settings: Settings) -> list[Row]:
    name = value(settings, "app_name")
    return [row for row in evidence["audit"].rows if name in str(row.get("Display") or "")]


def connection_trace(evidence: Evidence, settings: Settings) -> Point:
    proof = value(settings, "connected_by")
    assumed = f"{_PROOFS[proof]} (connected_by={proof})"
    ask = ("connected_by", "What shows that Engagement is connected", assumed)
    rows = [row for row in evidence["configuration"].rows if row.get("et4ae5__Parent_Account_MID__c")]
    users, units = len(evidence["valid_users"].rows), len(evidence["units"].rows)
    said = f"{len(rows)} Configuration rows with an account, {units} business units, {users} valid users"
    shown = {"configuration": bool(rows), "user": bool(users)}
    if shown[proof]:
        return Point(*ask, said, Verdict.AS_ASSUMED)
    if other := next((name for name, there in shown.items() if there), ""):
        when = "only if the org is connected now"
        return Point(*ask, said, Verdict.DIFFERS, f"connected_by={other}", when)
    if units:
        return Point(*ask, said, Verdict.DIFFERS, note="Nothing to set: no line is proved by business units.")
    return Point(*ask, _refusal(evidence["configuration"], said), _NOT_TOLD)


def read_right(evidence: Evidence, settings: Settings) -> Point:
    ask = ("read_right", "Who may read the app's policies", "who has Customize Application")
    rights = next(iter(evidence["rights"].rows), {})
    has = bool(rights.get("PermissionsCustomizeApplication"))
    app = _app_row(evidence, settings)
    sees = app is not None and "OptionsAllowAdminApprovedUsersOnly" in app
    said = f"the signed-in user {'has' if has else 'lacks'} it and "
    said += "reads them" if sees else f"does not read them ({evidence['app'].code or 'no app'})"
    if evidence["rights"].refused or (app is None and not evidence["app"].refused):
        return Point(*ask, _refusal(evidence["rights"], said), _NOT_TOLD)
    note = "" if has == sees else "Nothing to set: the guide says what it can't read."
    return Point(*ask, said, Verdict.AS_ASSUMED if has == sees else Verdict.DIFFERS, note=note)


def hidden_fields(evidence: Evidence, settings: Settings) -> Point:
    ask = ("ip_field", "IP relaxation as a field of the app", "there is none")
    names = [str(row["name"]) for row in evidence["fields"].rows]
    found = [name for name in names if name.startswith(("OptionsIp", "OptionsIP", "Ip", "IP"))]
    if found:
        note = "Nothing to set: the audit trail is read instead."
        return Point(*ask, ", ".join(found), Verdict.DIFFERS, note=note)
    if names:
        return Point(*ask, f"none among {len(names)} fields", Verdict.AS_ASSUMED)
    return Point(*ask, _refusal(evidence["fields"], "no fields"), _NOT_TOLD)


def token_rows(evidence: Evidence, settings: Settings) -> Point:
    assumed = "there may be none under the wanted policy"
    ask = ("tokens", "OauthToken rows of the app", assumed)
    if evidence["tokens"].refused:
        return Point(*ask, _refusal(evidence["tokens"], ""), _NOT_TOLD)
    return Point(*ask, f"{len(evidence['tokens'].rows)} rows", Verdict.AS_ASSUMED)


_NOT_TOLD = Verdict.NOT_TOLD
_PROOFS = {
    "configuration": "a Configuration row with an account",
    "user": "the connection user's Valid Marketing Cloud User flag",
}
_POINTS: tuple[Callable[[Evidence, Settings], Point], ...] = (
    refresh_token,
    grant_rows,
    app_name,
    package_seats,
    login_name,
    refresh_audit,
    audit_wording,
    connection_trace,
    read_right,
    hidden_fields,
    token_rows,
)


def _refusal(reading: Reading, else_say: str) -> str:
    return f"Salesforce refused to show it: {reading.code}" if reading.refused else else_say


def _json(raw: Any) -> str:
    return "null" if raw is None else str(raw).lower()
