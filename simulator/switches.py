"""What the fact sheet leaves open, as switches with the alternatives it names.

Every default is the sheet's most likely reading; `docs/stand-in.md` lists them with their tags.
"""

from __future__ import annotations

from dataclasses import dataclass, field


def _refresh_token_values() -> dict[str, list[object]]:
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

    # The Marketing Cloud app (sections 1 to 3)
    refresh_token_policy_values: dict[str, list[object]] = field(default_factory=_refresh_token_values)
    connected_application_write_error: str = "METHOD_NOT_ALLOWED"  # or CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY
    # What somebody without Customize Application sees of it: hidden | fewer_fields | readable
    connected_application_without_right: str = "hidden"
    hidden_fields: list[str] = field(default_factory=list)  # by field-level security: "User.Email"
    no_read_right_code: str = "INVALID_TYPE"  # or INSUFFICIENT_ACCESS
    app_key_prefix: str = "0H4"  # or 0Ci; for an app that is installed from now on
    app_developer_name: str = "Salesforce_Marketing_Cloud"
    app_namespace: str = ""  # NamespacePrefix of the app's AppMenuItem
    tooling_app_namespace: bool = False  # is there a NamespacePrefix on Tooling's ConnectedApplication?
    foreign_app_metadata: str = "nil"  # absent | nil (listed, but not readable) | full
    attach_needs_manage_profiles: bool = True  # the newer guide; the older one asks for less
    sets_list_needs_admin_approval: bool = False  # does the app's page list its sets only then?

    # Permission sets, assignments, SetupEntityAccess (section 4)
    duplicate_permission_set_code: str = "DUPLICATE_DEVELOPER_NAME"  # or DUPLICATE_VALUE
    duplicate_assignment_separator: str = ";"  # or ,
    licence_mismatch_text: str = "short"  # or long, as on the page
    missing_write_right_code: str = "INSUFFICIENT_ACCESS_OR_READONLY"
    missing_write_right_status: int = 403  # or 400: sources differ
    package_licence_required: bool = False  # may a packaged set go to a user without a seat?
    assigned_set_can_be_deleted: bool = False
    app_grant: str = "ok"  # or the error code that refuses a SetupEntityAccess insert for the app
    tooling_setup_entity_access_write: bool = False

    # What is left as evidence (sections 5 and 6)
    ip_audit_rows: bool = True
    freeze_audit_action: str = "frozeuser"  # of a person who freezes somebody (G-AUDIT); none: no row
    refresh_audit_action: str = ""  # the unknown action name of the refresh token policy; none: no row
    audit_language: str = "en_US"
    language: str = "en_US"  # of whoever signs in: standard profiles' names come translated
    audit_trail_right: str = "ViewSetup"  # or ViewSetupAuditTrail
    login_history_application: str = "Salesforce Marketing Cloud"
    login_history_oauth_type: str = "Remote Access 2.0"  # or Oauth2
    login_history_strict_filters: bool = False  # the reference's text filters on less than its field lists
    require_admin_approval_to_connect: bool = True
    connect_needs_admin_set: bool = (
        True  # its wizard is that set's alone; whether its button is too is inferred
    )
    connect_writes_configuration: bool = True
    connect_writes_business_units: bool = True
    connect_marks_user: bool = True
    connect_logs_login: bool = True
    # at_once | by_and_by (settings empty, then one unit after the other) | stuck (after the first unit)
    connect_progress: str = "at_once"
    connect_unit_seconds: int = 20  # between two units that arrive
    package_rows_private: bool = True  # Private and ReadWrite were both seen (N13)
    profiles_read_package: bool = True  # or by a permission set only, as "Install for Admins Only" leaves it
    remote_sites_active: bool = True  # those of the package
    installer_gets_admin_set: bool = True  # of the package; it follows from no source
    zero_policy_leaves_token: bool = False  # an OauthToken row under "Immediately expire"?

    # How people prove who they are (N1)
    login_verified_by: str = "BuiltInAuthenticator"  # what a person uses at the login page; none: not asked
    connection_user_verified_by: str = "BuiltInAuthenticator"  # at its last sign-in; none: it never signed in
    connection_user_verified_days_ago: int = 30  # the history keeps six months
    phishing_resistant_mfa: bool = True  # is another method refused to people with much power?
    built_in_authenticator_allowed: bool = True
    security_keys_allowed: bool = True
    sessions_locked_to_ip: bool = False
    ip_ranges_on_every_request: bool = False

    # Sign-in (section 7)
    # installed | not_installed | uninstalled (a connected app in use) | blocked | not_approved | unexpected
    our_app: str = "installed"
    not_installed_description: str = "app must be installed into org"
    use_any_api_client_approves: bool = False  # as until the week of 8 December 2025 (N5)
    denial_error: str = "access_denied"  # or access-denied, as the documentation prints it
    revoke_error: str = "invalid_token"  # or unsupported_token_type
    token_answer_api_instance_url: bool = False  # newer orgs
    code_seconds: int = 900  # a blog says 120
    rotate_refresh_tokens: bool = True
    access_token_seconds: int = 7200

    # The APIs (section 8)
    api_enabled: bool = True  # Group and Professional Edition have no API
    api_limit: int = 100_000
    api_used: int = 0
    per_app_api_limit: int = 0  # 0: the header has no part for the app
    highest_api_version: str = "68.0"
    mixed_dml_error: bool = False  # allOrNone over Setup and other objects

    def change(self, **values: object) -> None:
        """Set switches by name; an unknown name is a KeyError, not a silent nothing."""
        for name, value in values.items():
            if name not in self.__dataclass_fields__:
                raise KeyError(f"no such switch: {name}")
            setattr(self, name, value)
