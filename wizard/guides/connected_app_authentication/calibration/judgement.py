"""Each unconfirmed assumption beside what an org says of it (fact sheet, section 13c). Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wizard.guides.connected_app_authentication.calibration import sign_in
from wizard.guides.connected_app_authentication.calibration.evidence import Evidence, Reading, Row
from wizard.guides.connected_app_authentication.calibration.points import (
    NOT_TOLD,
    Point,
    Settings,
    Verdict,
    as_read,
    refusal,
    value,
    with_setting,
)
from wizard.guides.connected_app_authentication.checks_policies import REFRESH_TOKEN_ZERO
from wizard.guides.connected_app_authentication.proof.audit_rows import IP_ACTION, IP_ROW
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

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
    Text(_("Whether a SetupEntityAccess row adds the permission set to the app.")),
    Text(_("The error for a permission set that exists already.")),
    Text(_("Whether /<app id>/e opens the policies.")),
    Text(_("The error for an attempt to change the app by the API. The guide never tries.")),
)


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
    assumed = _stored(REFRESH_TOKEN_ZERO[mapping], metric=False)
    ask = (
        "refresh_token_zero",
        Text(_("What is stored for **Immediately expire refresh token**")),
        with_setting(assumed, "refresh_token_zero", mapping),
    )
    app = _app_row(evidence, settings)
    if app is None or "RefreshTokenValidityPeriod" not in app:
        hidden = Text(_("the app or its policies are not visible"))
        return Point(*ask, refusal(evidence["app"], hidden), NOT_TOLD)
    period, metric = app["RefreshTokenValidityPeriod"], app.get("OptionsRefreshTokenValidityMetric")
    said = _stored(period, metric=metric)
    other = next((name for name, each in REFRESH_TOKEN_ZERO.items() if each == period and not metric), "")
    if not other or other == mapping == "null":
        return Point(*ask, said, NOT_TOLD, note=Text(_("Another option may be selected now.")))
    if other == mapping:
        note = Text(_("Nothing else is expected to be stored like this."))
        return Point(*ask, said, Verdict.AS_ASSUMED, note=note)
    when = Text(_("only if the page shows **Immediately expire refresh token** now"))
    return Point(*ask, said, NOT_TOLD, f"refresh_token_zero={other}", when)


def _stored(period: object, *, metric: object) -> Text:
    values = {"period": _json(period), "metric": _json(metric)}
    return Text(_("period {period}, from last use {metric}"), values)


def app_name(evidence: Evidence, settings: Settings) -> Point:
    wanted = value(settings, "app_name")
    assumed = Text(_("its Name is {name} (app_name)"), {"name": wanted})
    ask = ("app_name", Text(_("How the app is called")), assumed)
    reading = _best(evidence)
    names = [str(row["Name"]) for row in reading.rows]
    if wanted in names:
        said = "; ".join([f"Name {wanted}", *_aliases(evidence, wanted)])
        return Point(*ask, as_read(said), Verdict.AS_ASSUMED)
    if names:
        when = Text(_("only if this is the app that Marketing Cloud Connect uses"))
        setting = f"app_name={names[0]}"
        return Point(*ask, as_read(f"Name {', '.join(names)}"), Verdict.DIFFERS, setting, when)
    return Point(*ask, refusal(reading, Text(_("no app of such a name is installed"))), NOT_TOLD)


def _aliases(evidence: Evidence, name: str) -> list[str]:
    said = []
    if app := _named(_best(evidence).rows, "Name", name):
        said.append(f"id {str(app['Id'])[:3]}...")
    if tooling := _named(evidence["app_tooling"].rows, "Name", name):
        said.append(f"DeveloperName {tooling.get('DeveloperName')}")
    if menu := _named(evidence["menu"].rows, "Label", name):
        said.append(f"AppMenuItem {menu.get('Name')}, NamespacePrefix {menu.get('NamespacePrefix') or '-'}")
    return said


def grant_rows(evidence: Evidence, settings: Settings) -> Point:
    ask = (
        "grants",
        Text(_("Whether SetupEntityAccess shows the app's permission sets")),
        Text(_("one row for each permission set")),
    )
    app = _app_row(evidence, settings)
    rows = [row for row in evidence["grants"].rows if app and row["SetupEntityId"] == app["Id"]]
    if rows:
        said = Text(_("rows for the app: {count}"), {"count": len(rows)})
        return Point(*ask, said, Verdict.AS_ASSUMED)
    return Point(*ask, refusal(evidence["grants"], Text(_("no row for the app yet"))), NOT_TOLD)


def package_seats(evidence: Evidence, settings: Settings) -> Point:
    ask = (
        "package_seats",
        Text(_("Whether a permission set of the package needs a seat of it")),
        Text(_("no seat is needed")),
    )
    package = next(iter(evidence["package"].rows), None)
    if package is None:
        absent = Text(_("the package is not installed"))
        return Point(*ask, refusal(evidence["package"], absent), NOT_TOLD)
    unread = next((evidence[name] for name in ("seats", "holders") if evidence[name].refused), None)
    if unread:
        return Point(*ask, refusal(unread, _NOTHING), NOT_TOLD)
    if package["AllowedLicenses"] == -1:
        return Point(*ask, Text(_("a site licence: nobody needs a seat")), NOT_TOLD)
    holders = {row["AssigneeId"] for row in evidence["holders"].rows}
    without = holders - {row["UserId"] for row in evidence["seats"].rows}
    counts = {"seats": package["AllowedLicenses"], "used": package["UsedLicenses"]}
    counts |= {"holders": len(holders), "without": len(without)}
    said = Text(
        _("seats: {seats}, used: {used}; holders: {holders}, of these without a seat: {without}"), counts
    )
    return Point(*ask, said, Verdict.AS_ASSUMED if without else NOT_TOLD)


def login_name(evidence: Evidence, settings: Settings) -> Point:
    wanted = value(settings, "app_name")
    ask = (
        "login_application",
        Text(_("How a login by the app is called")),
        as_read(f"Application {wanted}"),
    )
    apps = {str(row.get("Application") or ""): str(row.get("LoginType")) for row in evidence["logins"].rows}
    similar = [name for name in apps if "marketing" in name.lower() or "exacttarget" in name.lower()]
    note = Text(_("Nothing to set: no item is proved by it."))
    if wanted in apps:
        said = as_read(f"Application {wanted}, LoginType {apps[wanted]}")
        return Point(*ask, said, Verdict.AS_ASSUMED)
    if similar:
        said = as_read("; ".join(f"Application {name}, LoginType {apps[name]}" for name in similar))
        return Point(*ask, said, Verdict.DIFFERS, note=note)
    none = Text(_("no login by the app"))
    return Point(*ask, refusal(evidence["logins"], none), NOT_TOLD, note=note)


def refresh_audit(evidence: Evidence, settings: Settings) -> Point:
    ask = (
        "refresh_audit",
        Text(_("Whether the audit trail tells of the refresh token policy")),
        Text(_("it does not")),
    )
    rows = _about_app(evidence, settings)
    news = {str(row["Action"]): str(row["Display"]) for row in rows if row["Action"] not in KNOWN_ACTIONS}
    if news:
        note = Text(_("Nothing to set: the field is read instead."))
        quotes = "; ".join(f"{action}: {display}" for action, display in sorted(news.items()))
        said = as_read(f"Action {', '.join(sorted(news))}")
        return Point(*ask, said, Verdict.DIFFERS, note=note, quotes=quotes)
    if rows:
        said = Text(_("rows about the app: {count}, none of another action"), {"count": len(rows)})
        return Point(*ask, said, Verdict.AS_ASSUMED)
    return Point(*ask, refusal(evidence["audit"], Text(_("no row about the app"))), NOT_TOLD)


def audit_wording(evidence: Evidence, settings: Settings) -> Point:
    ending = value(settings, "ip_relaxed_ending")
    assumed = Text(_("the English wording"))
    if ending:
        assumed = Text(_("it ends with “{ending}” (ip_relaxed_ending)"), {"ending": ending})
    ask = ("audit_wording", Text(_("How the audit trail tells of IP relaxation")), assumed)
    row = next((row for row in _about_app(evidence, settings) if row["Action"] == IP_ACTION), None)
    if row is None:
        note = Text(_("Without a row the guide asks for a confirmation."))
        none = refusal(evidence["audit"], Text(_("no such row")))
        return Point(*ask, none, NOT_TOLD, note=note)
    display = str(row["Display"]).strip()
    if IP_ROW.fullmatch(display) or (ending and display.endswith(ending)):
        return Point(*ask, as_read(display), Verdict.AS_ASSUMED)
    when = Text(_("if **Relax IP restrictions** is selected now"))
    return Point(*ask, as_read(display), Verdict.DIFFERS, f"ip_relaxed_ending={LAST_WORDS}", when)


def _about_app(evidence: Evidence, settings: Settings) -> list[Row]:
    name = value(settings, "app_name")
    return [row for row in evidence["audit"].rows if name in str(row.get("Display") or "")]


def connection_trace(evidence: Evidence, settings: Settings) -> Point:
    proof = value(settings, "connected_by")
    assumed = with_setting(_PROOFS[proof], "connected_by", proof)
    ask = ("connected_by", Text(_("What shows that Engagement is connected")), assumed)
    rows = [row for row in evidence["configuration"].rows if row.get("et4ae5__Parent_Account_MID__c")]
    users, units = len(evidence["valid_users"].rows), len(evidence["units"].rows)
    counts = {"rows": len(rows), "units": units, "users": users}
    said = Text(
        _("Configuration rows with an account: {rows}, business units: {units}, valid users: {users}"), counts
    )
    shown = {"configuration": bool(rows), "user": bool(users)}
    if shown[proof]:
        return Point(*ask, said, Verdict.AS_ASSUMED)
    if other := next((name for name, there in shown.items() if there), ""):
        when = Text(_("only if the org is connected now"))
        return Point(*ask, said, Verdict.DIFFERS, f"connected_by={other}", when)
    if units:
        note = Text(_("Nothing to set: no item is proved by business units."))
        return Point(*ask, said, Verdict.DIFFERS, note=note)
    return Point(*ask, refusal(evidence["configuration"], said), NOT_TOLD)


def readiness(evidence: Evidence, settings: Settings) -> Point:
    """Of an org that has been connected long enough to be ready; of any other it proves nothing."""
    by = value(settings, "ready_by")
    ask = (
        "ready_by",
        Text(_("What shows that the package is ready after connecting")),
        with_setting(_READY[by], "ready_by", by),
    )
    rows, wizard = evidence["package_state"].rows, evidence["wizard"].rows
    unread = next((evidence[name] for name in ("package_state", "wizard") if evidence[name].refused), None)
    if unread or not rows:
        return Point(*ask, refusal(unread or Reading(), Text(_("no connection is recorded"))), NOT_TOLD)
    chosen = any(row.get("et4ae5__Send_Types__c") for row in rows)
    waits = any(row.get("et4ae5__AwaitingBusinessUnits__c") for row in rows)
    done = any(row.get("et4ae5__Configuration_Wizard_Completed__c") for row in wizard)
    values = {"chosen": _json(chosen), "waits": _json(waits), "done": _json(done)}
    values |= {"units": str(len(evidence["units"].rows))}
    said = Text(
        _("settings chosen: {chosen}, waits for business units: {waits} ({units}), wizard done: {done}"),
        values,
    )
    if chosen and done and not waits and evidence["units"].rows:
        return Point(*ask, said, Verdict.AS_ASSUMED if by == "fields" else NOT_TOLD)
    when = Text(_("only if people send from this org now"))
    other = "" if by == "people" else "ready_by=people"
    return Point(*ask, said, Verdict.DIFFERS if other else Verdict.AS_ASSUMED, other, when if other else None)


_READS = {
    (True, True): Text(_("the signed-in user has it and reads them")),
    (True, False): Text(_("the signed-in user has it and does not read them ({code})")),
    (False, True): Text(_("the signed-in user lacks it and reads them")),
    (False, False): Text(_("the signed-in user lacks it and does not read them ({code})")),
}


def read_right(evidence: Evidence, settings: Settings) -> Point:
    ask = (
        "read_right",
        Text(_("Who may read the app's policies")),
        Text(_("who has **Customize Application**")),
    )
    rights = next(iter(evidence["rights"].rows), {})
    has = bool(rights.get("PermissionsCustomizeApplication"))
    app = _app_row(evidence, settings)
    sees = app is not None and "OptionsAllowAdminApprovedUsersOnly" in app
    said = Text(_READS[has, sees].message, {} if sees else {"code": evidence["app"].code or "-"})
    if evidence["rights"].refused or (app is None and not evidence["app"].refused):
        return Point(*ask, refusal(evidence["rights"], said), NOT_TOLD)
    note = None if has == sees else Text(_("Nothing to set: the guide says what it can't read."))
    return Point(*ask, said, Verdict.AS_ASSUMED if has == sees else Verdict.DIFFERS, note=note)


def hidden_fields(evidence: Evidence, settings: Settings) -> Point:
    ask = ("ip_field", Text(_("IP relaxation as a field of the app")), Text(_("there is none")))
    names = [str(row["name"]) for row in evidence["fields"].rows]
    found = [name for name in names if name.startswith(("OptionsIp", "OptionsIP", "Ip", "IP"))]
    if found:
        note = Text(_("Nothing to set: the audit trail is read instead."))
        return Point(*ask, as_read(", ".join(found)), Verdict.DIFFERS, note=note)
    if names:
        said = Text(_("none among the fields: {count}"), {"count": len(names)})
        return Point(*ask, said, Verdict.AS_ASSUMED)
    return Point(*ask, refusal(evidence["fields"], Text(_("no fields"))), NOT_TOLD)


def token_rows(evidence: Evidence, settings: Settings) -> Point:
    assumed = Text(_("there may be none under the wanted policy"))
    ask = ("tokens", Text(_("OauthToken rows of the app")), assumed)
    if evidence["tokens"].refused:
        return Point(*ask, refusal(evidence["tokens"], _NOTHING), NOT_TOLD)
    count = len(evidence["tokens"].rows)
    return Point(*ask, Text(_("rows: {count}"), {"count": count}), Verdict.AS_ASSUMED)


#: In place of a value of `ip_relaxed_ending`: a person has to copy it from the row.
LAST_WORDS = "<the last words of the row>"
_NOTHING = Text("-")
_PROOFS = {
    "configuration": Text(_("a Configuration row with an account")),
    "user": Text(_("the connection user's “Valid Marketing Cloud User” flag")),
}
_READY = {
    "fields": Text(_("its own fields: settings chosen, nothing awaited, wizard done")),
    "people": Text(_("people who look")),
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
    readiness,
    sign_in.proof_methods,
    sign_in.freezes,
)


def _json(raw: object) -> str:
    return "null" if raw is None else str(raw).lower()
