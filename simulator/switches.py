"""What the fact sheet leaves open, as switches with the alternatives it names.

Every default is the sheet's most likely reading; `docs/stand-in.md` lists them with their tags.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def _refresh_token_values() -> dict[str, list[Any]]:
    # Section 1b (inference): what each option of the UI leaves in RefreshTokenValidityPeriod
    # and OptionsRefreshTokenValidityMetric; "N" stands for the number typed on the page.
    return {
        "infinite": [None, False],
        "zero": [0, False],
        "specific_inactivity": ["N", True],
        "specific_lifetime": ["N", False],
    }


@dataclass
class Switches:
    """One org's switches; `World.switches` holds the defaults for new orgs."""

    refresh_token_policy_values: dict[str, list[Any]] = field(default_factory=_refresh_token_values)
    app_grant: str = "ok"  # or the error code that refuses a SetupEntityAccess insert for the app
    duplicate_permission_set_code: str = "DUPLICATE_DEVELOPER_NAME"  # or DUPLICATE_VALUE
    foreign_app_metadata: str = "nil"  # absent | nil (listed, but not readable) | full
    connected_application_write_error: str = "METHOD_NOT_ALLOWED"  # or CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY
    no_read_right_code: str = "INVALID_TYPE"  # or INSUFFICIENT_ACCESS
    package_licence_required: bool = False  # may a packaged set go to a user without a seat?
    ip_audit_rows: bool = True
    audit_language: str = "en_US"
    app_namespace: str = ""  # NamespacePrefix of the app's AppMenuItem
    login_history_application: str = "Salesforce Marketing Cloud"
    our_app: str = "installed"  # installed | not_installed | blocked | not_approved
    rotate_refresh_tokens: bool = True
    access_token_seconds: int = 7200
    api_limit: int = 100_000
    api_used: int = 0
    highest_api_version: str = "68.0"
    require_admin_approval_to_connect: bool = True

    def change(self, **values: Any) -> None:
        """Set switches by name; an unknown name is a KeyError, not a silent nothing."""
        for name, value in values.items():
            if name not in self.__dataclass_fields__:
                raise KeyError(f"no such switch: {name}")
            setattr(self, name, value)
