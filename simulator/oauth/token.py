"""`/services/oauth2/token`: a code or a refresh token for an access token."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from simulator import client_apps, engagement
from simulator.client_apps import ClientApp
from simulator.oauth import grants
from simulator.oauth.authorize import state_of
from simulator.oauth.keys import id_token
from simulator.org.store import Org, Record
from simulator.web.context import origin, world

blueprint = Blueprint("oauth_token", __name__)

# Flows that Salesforce has and the stand-in does not.
FLOWS_ELSEWHERE = (
    "password",
    "client_credentials",
    "device",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "assertion",
    "hybrid_refresh",
)


class TokenError(Exception):
    """HTTP 400 with error and error_description, in the words of section 7."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@blueprint.post("/services/oauth2/token")
def token() -> Response:
    with world().lock:
        try:
            app = check_client()
            answer = _grant(app, request.form.get("grant_type", ""))
        except TokenError as error:
            return _no_store(jsonify(error=error.error, error_description=error.description), 400)
        return _no_store(jsonify(answer), 200)


def _grant(app: ClientApp, grant_type: str) -> dict[str, Any]:
    if grant_type == "authorization_code":
        return _from_code(app)
    if grant_type == "refresh_token":
        return _from_refresh_token(app)
    if grant_type in FLOWS_ELSEWHERE:
        raise TokenError("unsupported_grant_type", f"{grant_type}: not modelled by the stand-in")
    raise TokenError("unsupported_grant_type", "grant type not supported")


def _no_store(response: Response, status: int) -> Response:
    response.status_code = status
    response.headers["Cache-Control"] = "no-cache, no-store"
    return response


def check_client() -> ClientApp:
    """The secret comes by form or by HTTP Basic; a public client has none."""
    client_id, secret = _credentials()
    app = client_apps.find(world(), client_id)
    if app is None:
        raise TokenError("invalid_client_id", "client identifier invalid")
    if app.secret and not hmac.compare_digest(secret.encode(), app.secret.encode()):
        raise TokenError("invalid_client", "invalid client credentials")
    return app


def _credentials() -> tuple[str, str]:
    kind, _, rest = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return request.form.get("client_id", ""), request.form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote(client_id), unquote(secret)


def _from_code(app: ClientApp) -> dict[str, Any]:
    entry = grants.shelf(world(), "codes").get(request.form.get("code", ""))
    if entry is None or entry["client_id"] != app.client_id:
        raise TokenError("invalid_grant", "invalid authorization code")
    if entry["used"]:
        # RFC 6749, 4.1.2: a code that is used twice was stolen by one of the two.
        grants.end_chain(world(), entry["chain"])
        raise TokenError("invalid_grant", "expired authorization code")
    if grants.over(world(), entry):
        raise TokenError("invalid_grant", "expired authorization code")
    if request.form.get("redirect_uri") != entry["redirect_uri"]:
        raise TokenError("redirect_uri_mismatch", "redirect_uri must match configuration")
    _check_verifier(entry["challenge"])
    entry["used"] = True
    org, user = _check_person(app, entry)
    _record_use(app, org, user["Id"], "OauthWebServer")
    return _answer(app, org, user, entry, refresh="new" if "refresh_token" in entry["scopes"] else None)


def _check_verifier(challenge: str) -> None:
    """At least 43 characters; more than the 128 of the RFC are taken: Salesforce's own clients send 171."""
    verifier = request.form.get("code_verifier", "")
    if not challenge:
        return
    if not verifier:
        raise TokenError("invalid_grant", "missing code verifier")
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if len(verifier) < 43 or not hmac.compare_digest(digest, challenge):
        raise TokenError("invalid_request", "invalid code verifier")


def _from_refresh_token(app: ClientApp) -> dict[str, Any]:
    value = request.form.get("refresh_token", "")
    entry = grants.shelf(world(), "refresh_tokens").get(value)
    if entry is None or entry["client_id"] != app.client_id:
        raise TokenError("invalid_grant", "expired access/refresh token")
    org, user = _check_person(app, entry)
    if entry["used"]:
        # Rotation: whoever comes second with the same token may be a thief, so the whole grant ends.
        grants.end_chain(world(), entry["chain"])
        raise TokenError("invalid_grant", "expired access/refresh token")
    entry["used"] = org.switches.rotate_refresh_tokens
    _record_use(app, org, user["Id"], "OauthRefreshToken")
    return _answer(app, org, user, entry, refresh="new" if org.switches.rotate_refresh_tokens else None)


def _check_person(app: ClientApp, entry: dict[str, Any]) -> tuple[Org, Record]:
    org = world().orgs.get(entry["org_id"])
    user = org.get(entry["user_id"]) if org else None
    if org is None or user is None:
        raise TokenError("invalid_grant", "expired access/refresh token")
    if not user["IsActive"] or engagement.is_frozen(org, user["Id"]):
        raise TokenError("invalid_grant", "inactive user")
    _check_state(state_of(app, org), org)
    return org, user


def _check_state(state: str, org: Org) -> None:
    if state == "not_installed":
        raise TokenError("invalid_client", org.switches.not_installed_description)
    if state == "not_approved":
        raise TokenError("invalid_app_access", "user is not admin approved to access this app")
    if state == "blocked":
        raise TokenError("invalid_grant", "expired access/refresh token")


def _record_use(app: ClientApp, org: Org, user_id: str, kind: str) -> None:
    engagement.touch_oauth_token(org, user_id, app.label)
    engagement.log_use(
        org,
        user_id,
        LoginSubType=kind,
        Application=app.label,
        LoginUrl=request.host,
        SourceIp=request.remote_addr or "127.0.0.1",
    )


def _answer(
    app: ClientApp, org: Org, user: Record, entry: dict[str, Any], *, refresh: str | None
) -> dict[str, Any]:
    identity = f"{origin()}/id/{org.id}/{user['Id']}"
    issued_at = str(int(world().clock.now().timestamp() * 1000))
    grant = {name: entry[name] for name in ("org_id", "user_id", "scopes", "client_id", "chain")}
    access = grants.new_access_token(
        world(), org, user["Id"], entry["scopes"], entry["chain"], entry["client_id"]
    )
    answer: dict[str, Any] = {
        "access_token": access,
        "signature": sign(app.secret, identity + issued_at),
        "scope": " ".join(entry["scopes"]),
        "instance_url": origin(),
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }
    if org.switches.token_answer_api_instance_url:
        answer["api_instance_url"] = origin()
    if refresh:
        answer["refresh_token"] = grants.new_refresh_token(world(), grant)
    if "openid" in entry["scopes"]:
        answer["id_token"] = id_token(world(), app.client_id, origin(), identity, entry.get("nonce", ""))
    return answer


def sign(secret: str, text: str) -> str:
    """Base64 of HMAC-SHA256 with the client secret, over the identity URL and issued_at."""
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
