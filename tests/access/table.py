"""Who may use which address. A new address has to get a row here, or a test fails.

A rule says what a GET and a POST ask of a person (`None`: the method is not there), what the
address is about, and whether guests of a setup are let in.
"""

from __future__ import annotations

from typing import NamedTuple

from teams.access import Action


class Rule(NamedTuple):
    get: Action | None
    post: Action | None
    of: str  # setup, org, team, member, invitation, revocation, registered_app, ...
    guests: bool = False


class Open(NamedTuple):
    """Needs no sign-in, and says the same to everybody."""


class Own(NamedTuple):
    """Any signed-in person, for what is theirs alone; guests have no account here."""

    guests: bool = False


class ByToken(NamedTuple):
    """For programs: a session is nobody there. By a token: tests/api, and with every act beside its page."""


class InTeam(NamedTuple):
    """No object in the address: needs some team in which the person may do this."""

    action: Action
    otherwise: int


SEE, CHANGE, CONNECT, MANAGE = Action.SEE, Action.CHANGE, Action.CONNECT, Action.MANAGE
EXPORT = Action.EXPORT

TABLE: dict[str, Rule | Open | Own | InTeam | ByToken] = {
    # config
    "healthz": Open(),
    "readyz": Open(),
    "metrics": Open(),  # behind a key of its own: tests/config/test_metrics.py
    "set_language": Open(),
    # people
    "teams:demo_sign_in": Open(),
    "teams:join": Open(),
    "teams:still_you": Own(guests=True),
    "teams:tokens": Own(),
    "teams:revoke_token": Own(),
    "teams:team_tokens": Rule(MANAGE, MANAGE, "team"),
    "teams:revoke_team_token": Rule(None, MANAGE, "team_token"),
    "teams:teams": InTeam(MANAGE, 404),
    "teams:team": Rule(MANAGE, None, "team"),
    "teams:invite": Rule(None, MANAGE, "team"),
    "teams:audit": Rule(MANAGE, None, "team"),
    "teams:audit_csv": Rule(MANAGE, None, "team"),
    "teams:audit_json": Rule(MANAGE, None, "team"),
    "teams:two_factor": Rule(None, MANAGE, "team"),
    "teams:member": Rule(MANAGE, MANAGE, "member"),
    "teams:remove": Rule(MANAGE, MANAGE, "member"),
    "teams:revoke_invitation": Rule(None, MANAGE, "invitation"),
    # orgs
    "orgs:connect": InTeam(CONNECT, 403),
    "orgs:callback": Own(guests=True),  # what it may do is in the session's pending sign-in: tests/orgs
    "orgs:problem": Own(guests=True),  # what this browser's session keeps of its last sign-in
    "orgs:stranded": Own(guests=True),
    "orgs:reconnect": Rule(None, CONNECT, "org"),
    "orgs:disconnect": Rule(CONNECT, CONNECT, "org"),
    "orgs:revoke": Rule(None, MANAGE, "org"),
    "orgs:tell_again": Rule(None, MANAGE, "revocation"),
    "orgs:ended_by_hand": Rule(None, MANAGE, "revocation"),
    "orgs:connections": Rule(MANAGE, None, "team"),
    "orgs:real_org": Rule(MANAGE, MANAGE, "team"),
    "orgs:remove_app": Rule(None, MANAGE, "registered_app"),
    "orgs:revoke_orphaned": Rule(None, MANAGE, "team"),
    # notices
    "notices:bell": Own(),  # of the person's own teams: tests/notices/test_pages.py
    "notices:count": Own(),
    "notices:seen": Own(),
    "notices:mine": Own(),
    "notices:own": Own(),
    "notices:team": Rule(MANAGE, MANAGE, "team"),
    "notices:channel": Rule(MANAGE, MANAGE, "channel"),
    "notices:test": Rule(None, MANAGE, "channel"),
    "notices:remove": Rule(None, MANAGE, "channel"),
    "notices:again": Rule(None, MANAGE, "channel"),
    # many clients
    "bulk:hand_in": InTeam(CONNECT, 403),
    "bulk:list": Rule(CONNECT, None, "client_list"),
    "bulk:go": Rule(None, CONNECT, "client_list"),
    "bulk:stop": Rule(None, CONNECT, "client_list"),
    "bulk:file": Rule(CONNECT, None, "client_list"),
    "bulk:mend": Rule(None, CONNECT, "client_row"),
    "bulk:presets": InTeam(CONNECT, 403),
    "bulk:new_preset": Rule(CONNECT, CONNECT, "team"),
    "bulk:preset": Rule(CONNECT, CONNECT, "preset"),
    "bulk:remove_preset": Rule(None, CONNECT, "preset"),
    # setups
    "wizard:home": Own(guests=True),  # lists what the person's teams have: tests/access/test_lists.py
    "wizard:help": Open(),
    "wizard:it_team": Open(),
    "wizard:support": InTeam(SEE, 404),
    "wizard:support_setup": Rule(SEE, None, "setup"),
    "wizard:take_over": Rule(SEE, CHANGE, "setup"),
    "wizard:give_back": Rule(SEE, CHANGE, "setup"),
    "wizard:note": Rule(SEE, CHANGE, "setup"),
    "wizard:connection_test": Rule(CONNECT, CONNECT, "team"),
    "wizard:stranded_test": Rule(None, CONNECT, "team"),
    "wizard:connection_test_file": Rule(CONNECT, None, "team"),
    "wizard:keep_assumption": Rule(None, CONNECT, "org"),
    "wizard:for_client": InTeam(CONNECT, 403),
    "wizard:guest": Open(),  # what it shows is in the session: tests/wizard/views/test_guests.py
    "wizard:invited": Open(),
    "wizard:revoke_link": Rule(None, CHANGE, "link"),
    "wizard:invite": Rule(SEE, CHANGE, "setup"),
    "wizard:bind": Rule(CONNECT, CONNECT, "setup"),
    "wizard:opened": Rule(SEE, None, "org"),
    "wizard:begin": Rule(None, CHANGE, "org"),
    "wizard:wrong_org": Rule(None, CONNECT, "org"),
    "wizard:setup": Rule(SEE, None, "setup", guests=True),
    "wizard:check": Rule(SEE, CHANGE, "setup", guests=True),
    "wizard:inputs": Rule(SEE, CHANGE, "setup", guests=True),
    "wizard:archive": Rule(SEE, CHANGE, "setup"),
    "wizard:finish": Rule(CHANGE, CHANGE, "setup"),
    "wizard:acknowledge": Rule(SEE, CHANGE, "setup"),
    "wizard:look_now": Rule(SEE, CHANGE, "setup"),
    "wizard:reopen": Rule(SEE, CHANGE, "setup"),
    "wizard:report": Rule(SEE, None, "setup"),
    "wizard:report_pdf": Rule(EXPORT, None, "setup"),
    "wizard:report_csv": Rule(EXPORT, None, "setup"),
    "wizard:report_json": Rule(EXPORT, None, "setup"),
    "wizard:history_csv": Rule(EXPORT, None, "setup"),
    "wizard:history_json": Rule(EXPORT, None, "setup"),
    "wizard:history": Rule(SEE, None, "setup"),
    "wizard:confirm": Rule(SEE, CHANGE, "setup", guests=True),
    "wizard:choose": Rule(SEE, CHANGE, "setup", guests=True),
    "wizard:results": Rule(SEE, None, "setup", guests=True),
    "wizard:reread": Rule(SEE, CHANGE, "setup", guests=True),
    "wizard:stage": Rule(SEE, None, "setup", guests=True),
    "wizard:live": Rule(SEE, None, "setup", guests=True),
    "wizard:actions": Rule(SEE, None, "setup", guests=True),
    "wizard:apply": Rule(SEE, CHANGE, "setup", guests=True),
    "wizard:undo": Rule(SEE, CHANGE, "setup", guests=True),
    "wizard:way": Rule(SEE, CHANGE, "setup", guests=True),
    "wizard:stop": Rule(SEE, CHANGE, "setup", guests=True),
    "wizard:override": Rule(SEE, CHANGE, "setup"),
    # programs
    "api:openapi": Open(),
    "api:nothing_here": Open(),
    **{
        f"api:{name}": ByToken()
        for name in (
            *("me", "list_orgs", "get_org", "begin", "list_setups", "get_setup", "get_lines", "get_history"),
            *("get_report", "get_plan", "get_undo_plan", "get_job", "check", "apply", "undo", "stop"),
            *("confirm_step", "unconfirm_step", "override_order", "hand_over", "reopen", "look_now"),
            *("archive_setup", "unarchive_setup", "take_over", "give_back", "leave_note"),
            *("list_links", "make_link", "revoke_link", "get_choices", "make_choices", "choose_way"),
            *("read_people", "get_differences", "acknowledge", "unacknowledge", "disconnect"),
            *("begin_for_client", "get_made", "get_outcomes", "get_report_csv", "get_report_html"),
            "get_report_pdf",
        )
    },
    # django-allauth's
    "account": Own(),
    "account_about_you": Own(),
    "account_login": Open(),
    "account_logout": Own(guests=True),
    "account_inactive": Open(),
    "account_signup": Open(),
    "account_reauthenticate": Own(),
    "account_email": Own(),
    "account_email_verification_sent": Open(),
    "account_change_password": Own(),
    "account_set_password": Own(),
    "account_reset_password": Open(),
    "account_confirm_login_code": Open(),
    "account_confirm_email": Open(),
    "account_reset_password_from_key_done": Open(),
    "account_reset_password_from_key": Open(),
    "account_reset_password_done": Open(),
    "mfa_index": Own(),
    "mfa_authenticate": Open(),
    "mfa_reauthenticate": Own(),
    "mfa_activate_totp": Own(),
    "mfa_deactivate_totp": Own(),
    "mfa_view_recovery_codes": Own(),
    "mfa_generate_recovery_codes": Own(),
    "mfa_download_recovery_codes": Own(),
    "mfa_list_webauthn": Own(),
    "mfa_add_webauthn": Own(),
    "mfa_reauthenticate_webauthn": Own(),
    "mfa_remove_webauthn": Own(),
    "mfa_edit_webauthn": Own(),
    "mfa_login_webauthn": Open(),
    "usersessions_list": Own(),
    "socialaccount_login_cancelled": Open(),
    "socialaccount_login_error": Open(),
    "socialaccount_signup": Open(),
    "socialaccount_connections": Own(),
    "openid_connect_login": Open(),
    "openid_connect_callback": Open(),
}
