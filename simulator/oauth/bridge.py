"""From an access token to a session in a browser: `singleaccess` (UI Bridge API) and `frontdoor.jsp`."""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, jsonify, redirect, request
from werkzeug.wrappers import Response

from simulator.errors import ApiError
from simulator.oauth import grants
from simulator.oauth.login import login_address
from simulator.web import browser, caller
from simulator.web.context import origin, world

blueprint = Blueprint("oauth_bridge", __name__)

_LIFE = timedelta(minutes=1)
_SCOPES = {"web", "full"}


@blueprint.route("/services/oauth2/singleaccess", methods=["GET", "POST"])
def single_access() -> Response:
    """An address that opens one browser session, once. 403 for a bad token: `sf` says so in its source."""
    with world().lock:
        value = caller.bearer_token() or request.values.get("access_token", "")
        try:
            org, user_id = world().org_of_token(value)
        except ApiError:
            return _refusal("invalid_token", "expired access token")
        if not _SCOPES & set(world().tokens[value].scopes):
            return _refusal("insufficient_scope", "the access token has neither the scope web nor full")
        otp = secrets.token_urlsafe(48)
        grants.put(world(), "single_access", otp, _LIFE, org_id=org.id, user_id=user_id)
        query = {"otp": otp, "startURL": browser.local_path(request.values.get("redirect_uri"))}
        return jsonify(frontdoor_uri=f"{origin()}/secur/frontdoor.jsp?{urlencode(query)}")


def _refusal(error: str, description: str) -> Response:
    answer = jsonify(error=error, error_description=description)
    answer.status_code = 403
    return answer


@blueprint.route("/secur/frontdoor.jsp", methods=["GET", "POST"])
def frontdoor() -> Response:
    """With `otp` as above, or with `sid`, an access token; else to the login page."""
    start = request.values.get("startURL") or request.values.get("retURL")
    target = browser.local_path(start)
    with world().lock:
        who = _holder_of_otp(request.values.get("otp", "")) or _holder_of_token(request.values.get("sid", ""))
        org = world().orgs.get(who[0]) if who else None
        user = org.get(who[1]) if org and who else None
        if org is None or user is None or not browser.may_log_in(org, user):
            return redirect(login_address(target))
        return browser.keep(redirect(target), browser.start_session(world(), org, user))


def _holder_of_otp(otp: str) -> tuple[str, str] | None:
    entry = grants.shelf(world(), "single_access").pop(otp, None)
    if entry is None or grants.over(world(), entry):
        return None
    return str(entry["org_id"]), str(entry["user_id"])


def _holder_of_token(value: str) -> tuple[str, str] | None:
    try:
        org, user_id = world().org_of_token(value)
    except ApiError:
        return None
    return org.id, user_id
