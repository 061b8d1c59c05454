"""Who a token belongs to: userinfo, the identity URL, the keys, and the discovery document."""

from __future__ import annotations

from flask import Blueprint, abort, jsonify, request
from werkzeug.wrappers import Response

from simulator.errors import ApiError
from simulator.ids import to18
from simulator.oauth.authorize import SCOPES
from simulator.oauth.keys import jwks
from simulator.org.store import Org, Record
from simulator.web.context import origin, world

blueprint = Blueprint("oauth_identity", __name__)

_URLS = {
    "enterprise": "/services/Soap/c/{version}/{org}",
    "metadata": "/services/Soap/m/{version}/{org}",
    "partner": "/services/Soap/u/{version}/{org}",
    "rest": "/services/data/v{version}/",
    "sobjects": "/services/data/v{version}/sobjects/",
    "search_rest": "/services/data/v{version}/search/",
    "query": "/services/data/v{version}/query/",
    "recent": "/services/data/v{version}/recent/",
    "tooling_soap": "/services/Soap/T/{version}/{org}",
    "tooling_rest": "/services/data/v{version}/tooling/",
    "profile": "/{user}",
    "feeds": "/services/data/v{version}/chatter/feeds",
    "groups": "/services/data/v{version}/chatter/groups",
    "users": "/services/data/v{version}/chatter/users",
    "feed_items": "/services/data/v{version}/chatter/feed-items",
    "feed_elements": "/services/data/v{version}/chatter/feed-elements",
    "custom_domain": "",
}


class BadToken(Exception):
    """HTTP 403 with a plain word (section 7)."""


@blueprint.route("/services/oauth2/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    with world().lock:
        try:
            org, user = _holder()
        except BadToken as bad:
            return Response(str(bad), 403, content_type="text/html; charset=UTF-8")
        return jsonify(_userinfo(org, user))


@blueprint.get("/id/<org_id>/<user_id>")
def identity(org_id: str, user_id: str) -> Response:
    with world().lock:
        try:
            org, _user = _holder()
            if to18(org_id) != org.id:
                raise BadToken("Wrong_Org")
        except BadToken as bad:
            return Response(str(bad), 403, content_type="text/html; charset=UTF-8")
        wanted = org.get(user_id)
        if wanted is None:
            abort(404)
        return jsonify(_identity(org, wanted))


@blueprint.get("/id/keys")
def keys() -> Response:
    with world().lock:
        return jsonify(jwks(world()))


@blueprint.get("/.well-known/openid-configuration")
def discovery() -> Response:
    """Only addresses that exist here: Salesforce names those of registration and logout as well."""
    base = origin()
    oauth = base + "/services/oauth2"
    return jsonify(
        issuer=base,
        authorization_endpoint=f"{oauth}/authorize",
        token_endpoint=f"{oauth}/token",
        revocation_endpoint=f"{oauth}/revoke",
        userinfo_endpoint=f"{oauth}/userinfo",
        jwks_uri=f"{base}/id/keys",
        introspection_endpoint=f"{oauth}/introspect",
        scopes_supported=[*SCOPES, "offline_access"],
        response_types_supported=["code"],
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=["RS256"],
        display_values_supported=["page", "popup", "touch"],
        token_endpoint_auth_methods_supported=["client_secret_post", "client_secret_basic"],
        claims_supported=["sub", "user_id", "organization_id", "preferred_username", "name", "email"],
    )


def _holder() -> tuple[Org, Record]:
    """The person behind the token in the header (or the old `oauth_token` parameter)."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() not in ("bearer", "oauth"):
        value = request.values.get("oauth_token", "") or request.values.get("access_token", "")
    if not value:
        raise BadToken("Missing_OAuth_Token")
    try:
        org, user_id = world().org_of_token(value)
    except ApiError as error:
        raise BadToken("Bad_OAuth_Token") from error
    user = org.get(user_id)
    if user is None or not user["IsActive"]:
        raise BadToken("Bad_OAuth_Token")
    return org, user


def _urls(org: Org, user: Record) -> dict[str, str]:
    fill = {"{org}": org.id[:15], "{user}": str(user["Id"])}
    urls = {}
    for name, path in _URLS.items():
        for hole, value in fill.items():
            path = path.replace(hole, value)
        urls[name] = origin() + path
    return urls


def _person(org: Org, user: Record) -> dict[str, object]:
    spoken = org.switches.language  # by whoever signs in, unless their own row says otherwise
    return {
        "email": user["Email"],
        "email_verified": True,
        "utcOffset": -28800000,
        "language": user["LanguageLocaleKey"] if spoken == "en_US" else spoken,
        "locale": user["LocaleSidKey"],
        "active": user["IsActive"],
        "user_type": "STANDARD",
        "is_app_installed": True,
    }


def _userinfo(org: Org, user: Record) -> dict[str, object]:
    return _person(org, user) | {
        "sub": f"{origin()}/id/{org.id}/{user['Id']}",
        "user_id": user["Id"],
        "organization_id": org.id,
        "preferred_username": user["Username"],
        "nickname": user["CommunityNickname"],
        "name": user["Name"],
        "given_name": user["FirstName"],
        "family_name": user["LastName"],
        "zoneinfo": user["TimeZoneSidKey"],
        "photos": {},
        "profile": f"{origin()}/{user['Id']}",
        "picture": "",
        "address": {},
        "urls": _urls(org, user),
        "updated_at": user["LastModifiedDate"],
    }


def _identity(org: Org, user: Record) -> dict[str, object]:
    return _person(org, user) | {
        "id": f"{origin()}/id/{org.id}/{user['Id']}",
        "asserted_user": True,
        "user_id": user["Id"],
        "organization_id": org.id,
        "username": user["Username"],
        "nick_name": user["CommunityNickname"],
        "display_name": user["Name"],
        "first_name": user["FirstName"],
        "last_name": user["LastName"],
        "timezone": user["TimeZoneSidKey"],
        "photos": {},
        "addr_street": None,
        "addr_city": None,
        "urls": _urls(org, user),
        "last_modified_date": user["LastModifiedDate"],
    }
