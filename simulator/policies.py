"""The three policies that lines 1-10 of the guide are about, as the Edit Policies page sees them.

Permitted Users and the refresh token policy leave traces in ConnectedApplication (by the switch
table, section 1b); IP relaxation is in no field at all, so it lives under a hidden key.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.org.store import Org, Record

PERMITTED = {
    "self": "All users may self-authorize",
    "admin": "Admin approved users are pre-authorized",
}
# Metadata value -> label (section 2).
IP_RELAXATION = {
    "ENFORCE": "Enforce IP restrictions",
    "ENFORCE_RELAXREFRESH": "Enforce IP restrictions, but relax for refresh tokens",
    "BYPASS_2FACTOR": "Relax IP restrictions for activated devices",
    "BYPASS": "Relax IP restrictions",
}
REFRESH_TOKEN = {
    "infinite": "Refresh token is valid until revoked",
    "zero": "Immediately expire refresh token",
    "specific_inactivity": "Expire refresh token if not used for",
    "specific_lifetime": "Expire refresh token after",
}
UNITS = {"HOURS": "Hour(s)", "DAYS": "Day(s)", "MONTHS": "Month(s)"}
# Display text of the two recorded audit actions (section 6). Only English is recorded; the other
# wordings are ours, to prove that nothing downstream depends on the English one.
_WORDING = {
    "en_US": (
        "Changed connected app {app} {what} setting from {old} to {new}",
        "Permitted Users",
        "IP relaxation",
    ),
    "de": (
        "Einstellung {what} der verbundenen App {app} von {old} in {new} geändert",
        "Zulässige Benutzer",
        "IP-Lockerung",
    ),
    "fr": (
        "Paramètre {what} de l'application connectée « {app} » modifié de {old} à {new}",
        "Utilisateurs autorisés",
        "Assouplissement IP",
    ),
    "ja": (
        "接続アプリケーション「{app}」の{what}設定が{old}から{new}に変更されました",
        "許可されているユーザー",
        "IP制限の緩和",
    ),
    "es": (
        'Se cambió la configuración {what} de la aplicación conectada "{app}" de {old} a {new}',
        "Usuarios permitidos",
        "Relajación de IP",
    ),
    "pt_BR": (
        "Configuração {what} do aplicativo conectado {app} alterada de {old} para {new}",
        "Usuários permitidos",
        "Relaxamento de IP",
    ),
}
_GERMAN = {
    "All users may self-authorize": "Alle Benutzer können sich selbst autorisieren",
    "Admin approved users are pre-authorized": "Vom Administrator genehmigte Benutzer sind vorab autorisiert",
    "Enforce IP restrictions": "IP-Beschränkungen erzwingen",
    "Enforce IP restrictions, but relax for refresh tokens": (
        "IP-Beschränkungen erzwingen, für Aktualisierungstoken lockern"
    ),
    "Relax IP restrictions for activated devices": "IP-Beschränkungen für aktivierte Geräte lockern",
    "Relax IP restrictions": "IP-Beschränkungen lockern",
}


class PolicyProblem(ValueError):
    """What the page says when a choice can't be saved."""


@dataclass(frozen=True)
class Policies:
    permitted: str = "self"
    ip: str = "ENFORCE"
    refresh: str = "infinite"
    amount: int = 0
    unit: str = "DAYS"

    def __post_init__(self) -> None:
        if (
            self.permitted not in PERMITTED
            or self.ip not in IP_RELAXATION
            or self.refresh not in REFRESH_TOKEN
        ):
            raise PolicyProblem("Choose one of the values offered.")
        if self.refresh.startswith("specific") and (self.amount < 1 or self.unit not in UNITS):
            raise PolicyProblem("Refresh Token Policy: enter a number and a unit of time.")

    @property
    def permitted_label(self) -> str:
        return PERMITTED[self.permitted]

    @property
    def ip_label(self) -> str:
        return IP_RELAXATION[self.ip]

    @property
    def refresh_label(self) -> str:
        label = REFRESH_TOKEN[self.refresh]
        return f"{label} {self.amount} {UNITS[self.unit]}" if self.refresh.startswith("specific") else label

    @property
    def refresh_value(self) -> str:
        """As in metadata: `zero`, `specific_lifetime:30:DAYS`..."""
        specific = self.refresh.startswith("specific")
        return f"{self.refresh}:{self.amount}:{self.unit}" if specific else self.refresh


WANTED = Policies("admin", "BYPASS", "zero")


def current(app: Record) -> Policies:
    kind, _, rest = str(app.get("_refresh_token_policy", "infinite")).partition(":")
    amount, _, unit = rest.partition(":")
    return Policies(
        "admin" if app["OptionsAllowAdminApprovedUsersOnly"] else "self",
        str(app.get("_ip_relaxation", "ENFORCE")),
        kind,
        int(amount or 0),
        unit or "DAYS",
    )


def save(org: Org, app_id: str, wanted: Policies, actor_id: str) -> None:
    """What **Save** does: the readable fields, the menu item, and the recorded audit rows."""
    app = org.get(app_id)
    if app is None:
        raise KeyError(app_id)
    before = current(app)
    if wanted == before:
        return
    period, metric = _raw_refresh(org, wanted)
    org.patch(
        app_id,
        actor_id=actor_id,
        OptionsAllowAdminApprovedUsersOnly=wanted.permitted == "admin",
        OptionsRefreshTokenValidityMetric=metric,
        RefreshTokenValidityPeriod=period,
        _ip_relaxation=wanted.ip,
        _refresh_token_policy=wanted.refresh_value,
    )
    for item in org.find("AppMenuItem", ApplicationId=app["Id"]):
        org.patch(item["Id"], actor_id=actor_id, IsUsingAdminAuthorization=wanted.permitted == "admin")
    _audit(org, str(app["Name"]), before, wanted, actor_id)


def _raw_refresh(org: Org, wanted: Policies) -> tuple[object, object]:
    period, metric = org.switches.refresh_token_policy_values[wanted.refresh]
    return (wanted.amount if period == "N" else period), metric


def _audit(org: Org, app: str, before: Policies, after: Policies, actor_id: str) -> None:
    """No action name is known for the refresh token policy (section 0.3): by default it leaves no row."""
    sentence, permitted, ip = _WORDING.get(org.switches.audit_language, _WORDING["en_US"])
    rows = []
    if before.permitted != after.permitted:
        rows.append(
            ("changeUserRuntimeAccessPolicy", permitted, before.permitted_label, after.permitted_label)
        )
    if before.ip != after.ip and org.switches.ip_audit_rows:
        rows.append(("changeIpRelaxationPolicy", ip, before.ip_label, after.ip_label))
    if before.refresh_value != after.refresh_value and org.switches.refresh_audit_action:
        rows.append(
            (
                org.switches.refresh_audit_action,
                "Refresh Token Policy",
                before.refresh_label,
                after.refresh_label,
            )
        )
    for action, what, old, new in rows:
        if org.switches.audit_language == "de":
            old, new = _GERMAN.get(old, old), _GERMAN.get(new, new)
        org.audit(action, "Application", sentence.format(app=app, what=what, old=old, new=new), actor_id)
