"""`/services/oauth2/authorize`: checks, login, "Allow Access?", and back with a code or an error."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from simulator.oauth import APP_LABEL, CLIENT_ID, grants
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
_SAME = {"offline_access": "refresh_token"}
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of a SHA-256
_FOR_UNINSTALLED = ("CanApproveUninstalledApps", "UseAnyApiClient")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


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
            check_client(asked)
            scopes = check_request(asked)
            return _for_person(asked, scopes)
        except Refused as error:
            return back(asked, error=error.error, error_description=error.description)
        except Stranded as error:
            return redirect(_error_page(error))


def check_client(asked: dict[str, str]) -> None:
    if asked.get("client_id") != CLIENT_ID:
        raise Stranded("invalid_client_id", "client identifier invalid")
    if not allowed_callback(asked.get("redirect_uri", "")):
        raise Stranded("redirect_uri_mismatch", "redirect_uri must match configuration")


def allowed_callback(uri: str) -> bool:
    """Any loopback address: the port of a try-out isn't known beforehand."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:  # "http://[::1": not an address
        return False
    return (
        parts.scheme in ("http", "https")
        and host in _LOOPBACK
        and parts.path.endswith("/orgs/callback/")
        and not parts.query
        and not parts.fragment
        and "@" not in parts.netloc
    )


def check_request(asked: dict[str, str]) -> list[str]:
    """The scopes asked for, if the request is one that Salesforce takes (PKCE is required for our app)."""
    if asked.get("response_type") != "code":
        raise Refused("unsupported_response_type", "response type not supported")
    if not asked.get("code_challenge"):
        raise Refused("invalid_request", "missing required code challenge")
    if asked.get("code_challenge_method") != "S256":
        raise Refused("invalid_request", "code challenge method must be S256")
    if not _CHALLENGE.fullmatch(asked["code_challenge"]):
        raise Refused("invalid_request", "invalid code challenge")
    wanted = asked.get("scope", "api refresh_token openid").split()
    scopes = list(dict.fromkeys(_SAME.get(each, each) for each in wanted))
    if any(each not in SCOPES for each in scopes):
        raise Refused("invalid_scope", "the requested scope is invalid, unknown, or malformed")
    return scopes


def _for_person(asked: dict[str, str], scopes: list[str]) -> Response | str:
    who = browser.visitor()
    prompts = set(asked.get("prompt", "").split())
    if who is None or prompts & {"login", "select_account"}:
        again = {key: value for key, value in asked.items() if key != "prompt"}
        start = f"/services/oauth2/authorize?{urlencode(again)}"
        return redirect(login_address(start, asked.get("login_hint", "")))
    check_person(who)
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
        app_label=APP_LABEL,
        scopes=[SCOPES[each] for each in scopes],
        org=who.org,
        me=who.user,
        request_key=key,
        login_query=urlencode({"startURL": f"/services/oauth2/authorize?{urlencode(again)}"}),
    )


def check_person(who: browser.Visitor) -> None:
    """What the org's admins have decided about our app (section 7 and its switch)."""
    state = who.org.switches.our_app
    if state == "not_installed":
        raise Stranded("invalid_client", who.org.switches.not_installed_description)
    if state == "blocked":
        raise Refused("OAUTH_AUTHORIZATION_BLOCKED", "this app is blocked by admin")
    if state == "not_approved":
        raise Refused("OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app")
    # Section 7b: a connected app that nobody has installed is for those who may use such apps.
    uninstalled = state == "uninstalled" and not has_right(who.org, who.user["Id"], *_FOR_UNINSTALLED)
    if uninstalled or state == "unexpected" or who.may("ApiUserOnly"):
        raise Refused(
            "OAUTH_APPROVAL_ERROR_GENERIC",
            "An unexpected error has occurred during authentication. Please try again.",
        )


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
            check_person(who)
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
        challenge=asked["code_challenge"],
        nonce=asked.get("nonce", ""),
        chain=secrets.token_urlsafe(16),
        used=False,
    )
    return code


def back(asked: dict[str, str], **answer: str) -> Response:
    """To the callback, with the state if there was one."""
    state = {"state": asked["state"]} if "state" in asked else {}
    return redirect(f"{asked['redirect_uri']}?{urlencode(answer | state)}")


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
