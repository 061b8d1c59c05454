"""How people prove who they are: session settings, and the history of their proofs (N1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from simulator.clock import parse, stamp
from simulator.org.rights import has_right
from simulator.org.rows import Record
from simulator.org.state import OrgState

PHISHING_RESISTANT = ("U2F", "BuiltInAuthenticator", "WebAuthnRoamingAuthenticator", "PwlessPasskey")
_POWERFUL = ("ModifyAllData", "ViewAllData", "CustomizeApplication")
_KEPT = timedelta(days=180)


def security_settings(org: OrgState) -> Record:
    """The one row of Tooling's SecuritySettings; of its Metadata what a switch decides."""
    switches = org.switches
    session = {
        "enableBuiltInAuthenticator": switches.built_in_authenticator_allowed,
        "enableU2F": switches.security_keys_allowed,
        "lockSessionsToIp": switches.sessions_locked_to_ip,
        "enforceIpRangesEveryRequest": switches.ip_ranges_on_every_request,
    }
    name = "SecuritySettings"
    return {"Id": "000000000000000AAA", "DurableId": name, "Metadata": {"sessionSettings": session}}


def verifications(org: OrgState, rows: Iterable[Record]) -> list[Record]:
    """What is kept of the proofs, with the connection user's as its switches say."""
    oldest = stamp(org.clock.now() - _KEPT)
    known = [*rows, *_of_connection_user(org)]
    return [row for row in known if row["VerificationTime"] >= oldest]


def _of_connection_user(org: OrgState) -> list[Record]:
    switches = org.switches
    if not (org.connection_user_id and switches.connection_user_verified_by):
        return []
    then = stamp(org.clock.now() - timedelta(days=switches.connection_user_verified_days_ago))
    return [proof(org.connection_user_id, switches.connection_user_verified_by, then)]


def proof(user_id: str, method: str, moment: str) -> Record:
    return {
        "Id": "0Yv000000000000AAA",
        "UserId": user_id,
        "VerificationMethod": method,
        "VerificationTime": moment,
        "CreatedDate": moment,
        "Status": "Succeeded",
        "Activity": "Login",
        "Policy": "DeviceActivation",
    }


def may_sign_in_by(org: OrgState, user_id: str, method: str) -> bool:
    """Whoever has much power needs a phishing-resistant method, where the org has got there."""
    if not org.switches.phishing_resistant_mfa or method in PHISHING_RESISTANT:
        return True
    return not has_right(org, user_id, *_POWERFUL)


def since(org: OrgState, moment: str) -> float:
    """Seconds that have passed since then."""
    return (org.clock.now() - parse(moment)).total_seconds()
