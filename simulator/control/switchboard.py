"""Changing an org's switches from text or JSON, checked against what each one allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from simulator.switches import Switches

_METHODS = (
    "BuiltInAuthenticator",
    "WebAuthnRoamingAuthenticator",
    "U2F",
    "PwlessPasskey",
    "Totp",
    "SalesforceAuthenticator",
    "",
)
# Values that the fact sheet names; a switch not listed takes any value of its type.
CHOICES: dict[str, tuple[object, ...]] = {
    "duplicate_permission_set_code": ("DUPLICATE_DEVELOPER_NAME", "DUPLICATE_VALUE"),
    "foreign_app_metadata": ("absent", "nil", "full"),
    "connected_application_write_error": ("METHOD_NOT_ALLOWED", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"),
    "no_read_right_code": ("INVALID_TYPE", "INSUFFICIENT_ACCESS"),
    "audit_language": ("en_US", "de", "fr", "ja", "es", "pt_BR"),
    "language": ("en_US", "de", "fr", "ja", "es", "pt_BR"),
    "connect_progress": ("at_once", "by_and_by", "stuck"),
    "login_verified_by": _METHODS,
    "connection_user_verified_by": _METHODS,
    "freeze_audit_action": ("frozeuser", ""),
    "our_app": ("installed", "not_installed", "uninstalled", "blocked", "not_approved", "unexpected"),
    "connected_application_without_right": ("hidden", "fewer_fields", "readable"),
    "app_key_prefix": ("0H4", "0Ci"),
    "duplicate_assignment_separator": (";", ","),
    "licence_mismatch_text": ("short", "long"),
    "missing_write_right_code": (
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "INSUFFICIENT_ACCESS",
    ),
    "missing_write_right_status": (403, 400),
    "audit_trail_right": ("ViewSetup", "ViewSetupAuditTrail"),
    "login_history_oauth_type": ("Remote Access 2.0", "Oauth2"),
    "not_installed_description": (
        "app must be installed into org",
        "External client app is not installed in this org",
    ),
    "denial_error": ("access_denied", "access-denied"),
    "revoke_error": ("invalid_token", "unsupported_token_type"),
    "app_grant": (
        "ok",
        "DUPLICATE_VALUE",
        "CANNOT_MODIFY_MANAGED_OBJECT",
        "INSUFFICIENT_ACCESS",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    ),
}
_NAMES = {each.name for each in fields(Switches)}


class BadSwitch(ValueError):
    """What is wrong with a switch's name or value."""


def change(switches: Switches, wanted: Mapping[str, Any]) -> None:
    """All of them or none."""
    checked = {name: _checked(switches, name, value) for name, value in wanted.items()}
    switches.change(**checked)


def _checked(switches: Switches, name: str, value: Any) -> Any:
    if name not in _NAMES:
        raise BadSwitch(f"no such switch: {name}")
    if name in CHOICES and value not in CHOICES[name]:
        raise BadSwitch(f"{name} is one of {', '.join(map(str, CHOICES[name]))}")
    now = getattr(switches, name)
    if type(value) is not type(now):
        raise BadSwitch(f"{name} takes a {type(now).__name__}")
    if isinstance(now, dict):
        return _refresh_values(now, value)
    return value


def _refresh_values(now: dict[str, list[Any]], wanted: dict[str, Any]) -> dict[str, list[Any]]:
    """`refresh_token_policy_values`: for each option [period or "N", metric]."""
    for option, pair in wanted.items():
        if option not in now or not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[1], bool):
            raise BadSwitch(f"refresh_token_policy_values.{option} is [number, null or 'N', true or false]")
        if not (pair[0] is None or pair[0] == "N" or type(pair[0]) is int):
            raise BadSwitch(f"refresh_token_policy_values.{option} starts with a number, null or 'N'")
    return now | wanted


def from_text(switches: Switches, form: Mapping[str, str]) -> dict[str, object]:
    """A form's fields as values of the switches' types (the dictionary has no field)."""
    wanted: dict[str, object] = {}
    for name, now in asdict(switches).items():
        if isinstance(now, bool):
            wanted[name] = form.get(name) == "1"
        elif name in form and isinstance(now, int):
            if not form[name].isdigit():
                raise BadSwitch(f"{name} takes a whole number")
            wanted[name] = int(form[name])
        elif name in form and isinstance(now, str):
            wanted[name] = form[name]
    return wanted
