"""`/services/oauth2/authorize`: checks, login, "Allow Access?", and back with a code or an error."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from simulator import client_apps
from simulator.client_apps import ClientApp
from simulator.oauth import grants
from simulator.oauth.login import login_address
from simulator.org.rights import has_right
from simulator.org.store import Org
from simulator.web import browser
from simulator.web.context import world

blueprint = Blueprint("oauth_authorize", __name__)

SCOPES = {
    "api": "Manage user data via APIs",
    "refresh_token": "Perform requests at any time",
    "openid": "Access unique user identifiers",
    "id": "Access the identity URL service",
    "profile": "Access your basic information",
    "email": "Access your email address",
    "address": "Access your address",
    "phone": "Access your phone number",
    "web": "Manage user data via Web browsers",
    "full": "Full access",
}
# Of other flows; Salesforce has them, the stand-in does not.
FLOWS_ELSEWHERE = (
    "token",
    "device_code",
    "hybrid_token",
    "hybrid_auth_code",
    "code_credentials",
    "code id_token",
)
_SAME = {"offline_access": "refresh_token"}
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of a SHA-256


class Stranded(Exception):
    """An error that stays on Salesforce's own page: the callback can't be trusted or isn't used."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


class Refused(Stranded):
    """An error that goes to the callback, with the state."""


@blueprint.route("/services/oauth2/authorize", methods=["GET", "POST"])
def authorize() -> Response | str:
    asked = dict(request.values)
    with world().lock:
        try:
            app = check_client(asked)
            scopes = check_request(asked, app)
            return _for_person(app, asked, scopes)
        except Refused as error:
            return back(asked, error=error.error, error_description=error.description)
        except Stranded as error:
            return redirect(_error_page(error))


def check_client(asked: dict[str, str]) -> ClientApp:
    app = client_apps.find(world(), asked.get("client_id", ""))
    if app is None:
        raise Stranded("invalid_client_id", "client identifier invalid")
    if not app.takes(asked.get("redirect_uri", "")):
        raise Stranded("redirect_uri_mismatch", "redirect_uri must match configuration")
    return app


def check_request(asked: dict[str, str], app: ClientApp) -> list[str]:
    """The scopes asked for, if the request is one that Salesforce takes."""
    _check_response_type(asked.get("response_type", ""))
    _check_challenge(asked, app)
    wanted = asked.get("scope", "api refresh_token openid").split()
    scopes = list(dict.fromkeys(_SAME.get(each, each) for each in wanted))
    if any(each not in SCOPES for each in scopes):
        raise Refused("invalid_scope", "the requested scope is invalid, unknown, or malformed")
    return scopes


def _check_response_type(wanted: str) -> None:
    if wanted in FLOWS_ELSEWHERE:
        raise Refused("unsupported_response_type", f"{wanted}: not modelled by the stand-in")
    if wanted != "code":
        raise Refused("unsupported_response_type", "response type not supported")


def _check_challenge(asked: dict[str, str], app: ClientApp) -> None:
    """The method may be left out, as Salesforce's own clients do; S256 is the only one."""
    challenge = asked.get("code_challenge", "")
    if not challenge and not app.pkce_required:
        return
    if not challenge:
        raise Refused("invalid_request", "missing required code challenge")
    if asked.get("code_challenge_method", "S256") != "S256":
        raise Refused("invalid_request", "code challenge method must be S256")
    if not _CHALLENGE.fullmatch(challenge):
        raise Refused("invalid_request", "invalid code challenge")


def _for_person(app: ClientApp, asked: dict[str, str], scopes: list[str]) -> Response | str:
    who = browser.visitor()
    prompts = set(asked.get("prompt", "").split())
    if who is None or prompts & {"login", "select_account"}:
        again = {key: value for key, value in asked.items() if key != "prompt"}
        start = f"/services/oauth2/authorize?{urlencode(again)}"
        return redirect(login_address(start, asked.get("login_hint", "")))
    check_person(who, app)
    key = secrets.token_urlsafe(24)
    grants.put(
        world(),
        "requests",
        key,
        grants.REQUEST_LIFE,
        sid=who.sid,
        asked=asked,
        scopes=scopes,
        org_id=who.org.id,
        user_id=who.user["Id"],
    )
    again = {key: value for key, value in asked.items() if key != "prompt"}
    return render_template(
        "consent.html",
        app_label=app.label,
        scopes=[SCOPES[each] for each in scopes],
        org=who.org,
        me=who.user,
        request_key=key,
        login_query=urlencode({"startURL": f"/services/oauth2/authorize?{urlencode(again)}"}),
    )


def check_person(who: browser.Visitor, app: ClientApp) -> None:
    """What the org's admins have decided about the app (section 7 and its switch, which is for ours)."""
    state = state_of(app, who.org)
    if state == "not_installed":
        raise Stranded("invalid_client", who.org.switches.not_installed_description)
    if state == "blocked":
        raise Refused("OAUTH_AUTHORIZATION_BLOCKED", "this app is blocked by admin")
    if state == "not_approved":
        raise Refused("OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app")
    # Section 7b: a connected app that nobody has installed is for those who may use such apps.
    uninstalled = state == "uninstalled" and not has_right(who.org, who.user["Id"], *may_approve(who.org))
    if uninstalled or state == "unexpected" or who.may("ApiUserOnly"):
        raise Refused(
            "OAUTH_APPROVAL_ERROR_GENERIC",
            "An unexpected error has occurred during authentication. Please try again.",
        )


def state_of(app: ClientApp, org: Org) -> str:
    """Ours is as the org's switch says; another one is installed where it was registered."""
    if app.is_ours:
        return org.switches.our_app
    return "installed" if app.org_id in ("", org.id) else "not_installed"


def may_approve(org: Org) -> tuple[str, ...]:
    """Until December 2025 Use Any API Client was enough as well (N5)."""
    older = ("UseAnyApiClient",) if org.switches.use_any_api_client_approves else ()
    return ("CanApproveUninstalledApps", *older)


@blueprint.post("/services/oauth2/authorize/answer")
def answer() -> Response | tuple[str, int]:
    """**Allow** or **Deny**. Each question is answered once, by the person who was asked."""
    with world().lock:
        who = browser.visitor()
        entry = grants.shelf(world(), "requests").pop(request.form.get("request", ""), None)
        if entry is None or grants.over(world(), entry) or who is None or entry["sid"] != who.sid:
            text = "This page has expired or was answered already. Start again from the app."
            return render_template("access_error.html", error="invalid_request", description=text), 400
        asked = entry["asked"]
        if request.form.get("answer") != "allow":
            denial = who.org.switches.denial_error
            return back(asked, error=denial, error_description="end-user denied authorization")
        try:
            check_person(who, check_client(asked))
        except Refused as error:
            return back(asked, error=error.error, error_description=error.description)
        except Stranded as error:
            return redirect(_error_page(error))
        return back(asked, code=_new_code(who.org, entry))


def _new_code(org: Org, entry: dict[str, Any]) -> str:
    code = "aPrx" + secrets.token_urlsafe(48).replace("-", ".") + "=="
    asked = entry["asked"]
    grants.put(
        world(),
        "codes",
        code,
        timedelta(seconds=org.switches.code_seconds),
        org_id=org.id,
        user_id=entry["user_id"],
        scopes=entry["scopes"],
        client_id=asked["client_id"],
        redirect_uri=asked["redirect_uri"],
        challenge=asked.get("code_challenge", ""),
        nonce=asked.get("nonce", ""),
        chain=secrets.token_urlsafe(16),
        used=False,
    )
    return code


def back(asked: dict[str, str], **answer: str) -> Response:
    """To the callback, with the state if there was one."""
    state = {"state": asked["state"]} if "state" in asked else {}
    target = asked["redirect_uri"]
    return redirect(f"{target}{'&' if '?' in target else '?'}{urlencode(answer | state)}")


def _error_page(error: Stranded) -> str:
    query = urlencode({"error": error.error, "error_description": error.description})
    return f"/setup/secur/RemoteAccessErrorPage.apexp?{query}"


@blueprint.get("/setup/secur/RemoteAccessErrorPage.apexp")
def error_page() -> str:
    return render_template(
        "access_error.html",
        error=request.args.get("error", ""),
        description=request.args.get("error_description", ""),
    )
