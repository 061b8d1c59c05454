"""`/services/oauth2/revoke` and `/services/oauth2/introspect`."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from simulator.errors import ApiError
from simulator.ids import to18
from simulator.oauth import grants
from simulator.oauth.token import TokenError, check_client
from simulator.web.browser import BROWSER
from simulator.web.context import origin, world

blueprint = Blueprint("oauth_revoke", __name__)


@blueprint.route("/services/oauth2/revoke", methods=["GET", "POST"])
def revoke() -> Response:
    """A refresh token takes its access tokens with it; an access token takes the grant (section 7)."""
    value = request.values.get("token", "")
    with world().lock:
        access = world().tokens.get(value)
        refresh = grants.shelf(world(), "refresh_tokens").get(value)
        if refresh is not None:
            grants.end_chain(world(), refresh["chain"])
        elif access is not None and access.client_id != BROWSER:
            world().tokens.pop(value)
            grants.end_chain(world(), access.chain)
        else:
            return _unknown(value)
        world().changed = True
    return Response("", 200)


def _unknown(value: str) -> Response:
    """400; which of two codes is inference. A token begins with its org's id, whether it works or not."""
    org = world().orgs.get(to18(value.partition("!")[0]) or "")
    answer = jsonify(error=(org or world()).switches.revoke_error, error_description="invalid token")
    answer.status_code = 400
    return answer


@blueprint.post("/services/oauth2/introspect")
def introspect() -> Response:
    with world().lock:
        try:
            check_client()
        except TokenError as error:
            answer = jsonify(error=error.error, error_description=error.description)
            answer.status_code = 400
            return answer
        return jsonify(_state_of(request.form.get("token", "")))


def _state_of(value: str) -> dict[str, object]:
    refresh = grants.shelf(world(), "refresh_tokens").get(value)
    if refresh is not None and not refresh["used"]:
        return _active(
            refresh["org_id"], refresh["user_id"], refresh["scopes"], refresh["client_id"], "refresh_token"
        )
    try:
        world().org_of_token(value)
    except ApiError:
        return {"active": False}
    token = world().tokens[value]
    if token.client_id == BROWSER:
        return {"active": False}
    found = _active(token.org_id, token.user_id, list(token.scopes), token.client_id, "access_token")
    if token.expires_at:
        found["exp"] = int(token.expires_at.timestamp())
    return found | {"iat": token.issued, "nbf": token.issued}


def _active(
    org_id: str, user_id: str, scopes: list[str], client_id: str, token_type: str
) -> dict[str, object]:
    user = world().orgs[org_id].get(user_id) or {}
    return {
        "active": True,
        "scope": " ".join(scopes),
        "client_id": client_id,
        "username": user.get("Username"),
        "sub": f"{origin()}/id/{org_id}/{user_id}",
        "token_type": token_type,
    }
