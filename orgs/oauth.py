"""The OAuth 2.0 web-server flow with PKCE, over authlib: the protocol and its calls, no models.

A confidential client that uses PKCE sends both its secret and the verifier (fact sheet,
section 7). Tokens stay out of every exception and log here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs import hosts
from orgs.salesforce import tls
from orgs.salesforce.errors import NoAnswer, Refused, SalesforceError, TemporaryProblem, error_for
from orgs.salesforce.redirects import redirected
from orgs.salesforce.transport import NoAuth, first_error, is_token, json_of, read_bounded, waiting

#: Each scope that we ask for, with its reason: what a client's IT team is told.
SCOPE_REASONS: dict[str, Promise] = {
    "api": _("To read and change the objects listed below, with the rights of the person who signs in."),
    "refresh_token": _("So that a check or a change can finish even after the sign-in's first hour."),
    "openid": _("To show who is signed in, and to be sure that the right org answered."),
}
SCOPES = " ".join(SCOPE_REASONS)
STAND_INS_PAIR = ("connect-guide-stand-in", "stand-in-secret")  # public: simulator/client_apps.py
TIMEOUT = (5, 15)  # short: a refresh holds the connection's row while it waits
_MAX_BYTES = 256 * 1024
_NO_JSON = "The token endpoint did not answer with JSON."

log = logging.getLogger(__name__)
T = TypeVar("T")


class GrantRefused(Refused):
    """The token endpoint said no: `code` is OAuth's `error`, `message` its description."""

    of_refresh = False  # what was refused is a refresh token, not a one-time code


@dataclass(frozen=True)
class ClientCredentials:
    """The client id and secret of our External Client App."""

    client_id: str
    client_secret: str = field(repr=False)

    @classmethod
    def at(cls, origin: str) -> ClientCredentials:
        """Our app there. An extra origin has a pair of its own: it never gets the one for Salesforce."""
        if hosts.place_of(origin) == "Salesforce":
            return cls(settings.SALESFORCE_CLIENT_ID, settings.SALESFORCE_CLIENT_SECRET)
        return cls(*settings.SALESFORCE_EXTRA_CLIENTS.get(origin, STAND_INS_PAIR))


@dataclass(frozen=True)
class Grant:
    """What the token endpoint gave to the app `client_id`. The refresh token is empty when it gave none."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    instance_url: str
    identity_url: str
    scopes: str
    client_id: str = ""


def redirect_uri() -> str:
    return f"{settings.PUBLIC_URL}/orgs/callback/"


def new_verifier() -> str:
    return str(generate_token(64))  # 43 to 128 characters are allowed


def authorize_url(
    origin: str, pair: ClientCredentials, *, state: str, verifier: str, prompt: str = ""
) -> str:
    extra = {"prompt": prompt} if prompt else {}
    url, _state = _session(pair).create_authorization_url(
        hosts.authorize_endpoint(origin), state=state, code_verifier=verifier, **extra
    )
    return str(url)


def exchange(origin: str, pair: ClientCredentials, *, code: str, verifier: str) -> Grant:
    """The grant for a one-time code. Raises `GrantRefused` or a temporary problem."""
    raw = _asked(
        lambda session, more: session.fetch_token(
            hosts.token_endpoint(origin),
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            **more,
        ),
        pair,
    )
    return _grant(raw, pair, required=("access_token", "instance_url", "id"))


def refresh(origin: str, pair: ClientCredentials, refresh_token: str) -> Grant:
    """A new access token, and a new refresh token where the app rotates them."""
    try:
        raw = _asked(
            lambda session, more: session.refresh_token(
                hosts.token_endpoint(origin), refresh_token=refresh_token, **more
            ),
            pair,
            scope=None,  # as granted: naming scopes could only narrow or refuse it
        )
    except GrantRefused as refusal:
        refusal.of_refresh = True
        raise
    return _grant(raw, pair, required=("access_token",))


def revoke(origin: str, token: str) -> None:
    """Tell Salesforce to forget the grant of `token`; one that it doesn't know any more is fine."""
    response = _guarded(
        lambda: _post(_session(ClientCredentials("", "")), hosts.revoke_endpoint(origin), {"token": token})
    )
    if response.status_code >= 300:
        refusal = _refusal(response)
        if refusal.code not in ("invalid_token", "unsupported_token_type"):
            raise refusal


def _post(session: OAuth2Session, url: str, data: Mapping[str, str]) -> requests.Response:
    response: requests.Response = session.post(url, data=data, withhold_token=True, **_request_options())
    return response


def _session(pair: ClientCredentials, scope: str | None = SCOPES) -> OAuth2Session:
    session = OAuth2Session(
        client_id=pair.client_id,
        client_secret=pair.client_secret,
        token_endpoint_auth_method="client_secret_post",  # noqa: S106 - the name of a method
        code_challenge_method="S256",
        redirect_uri=redirect_uri(),
        scope=scope,
    )
    tls.mount(session)
    session.auth = NoAuth()  # without it requests would look for one in `.netrc`
    for hook in ("access_token_response", "refresh_token_response"):
        session.register_compliance_hook(hook, _granted)
    return session


def _granted(response: requests.Response) -> requests.Response:
    """Only status 200 is a grant: authlib takes any JSON without "error" for one, whatever its status."""
    if response.status_code != 200:
        raise _refusal(response)
    return response


def _request_options() -> dict[str, object]:
    return {"timeout": TIMEOUT, "allow_redirects": False, "stream": True, "hooks": {"response": _bound}}


def _bound(response: requests.Response, **_more: object) -> requests.Response:
    """Read a streamed answer here, with a limit, before anybody asks for its content."""
    content = read_bounded(response, _MAX_BYTES, seconds=30)
    response._content = content  # what `Response.content` itself would set
    return response


def _asked(
    call: Callable[[OAuth2Session, dict[str, Any]], Mapping[str, Any]],
    pair: ClientCredentials,
    scope: str | None = SCOPES,
) -> Mapping[str, object]:
    return _guarded(lambda: call(_session(pair, scope), _request_options()))


def _guarded(call: Callable[[], T]) -> T:
    """Run a call; every failure leaves as one of our errors, without addresses or bodies."""
    try:
        return call()
    except OAuthError as error:
        raise GrantRefused(str(error.error or ""), str(error.description or ""), status=400) from None
    except requests.Timeout:
        raise NoAnswer("TIMEOUT", "Salesforce did not answer in time.") from None
    except requests.RequestException as error:
        log.warning("No answer from a sign-in address: %s", type(error).__name__)
        raise NoAnswer("CONNECTION_LOST", "The connection broke.") from None
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        # authlib: the answer is no JSON object, is nested without end, or has a life that is no number.
        raise TemporaryProblem("UNREADABLE_ANSWER", _NO_JSON) from None


def _refusal(response: requests.Response) -> SalesforceError:
    """The typed error of every answer that is no grant."""
    status, body = response.status_code, json_of(response.content)
    if 300 <= status < 400:
        return redirected(response.url, response.headers.get("Location", ""), status)
    if status in (420, 429) or status >= 500:
        return waiting(error_for(status), response.headers)
    if isinstance(body, list):  # as the data APIs say it
        said = first_error(status, body)
        return GrantRefused(said.code, said.message, status=status) if type(said) is Refused else said
    if isinstance(body, dict):
        error, description = body.get("error") or "", body.get("error_description") or f"HTTP {status}"
        return GrantRefused(str(error), str(description), status=status)
    return TemporaryProblem("UNREADABLE_ANSWER", _NO_JSON, status=status)


def _grant(raw: Mapping[str, Any], pair: ClientCredentials, required: tuple[str, ...]) -> Grant:
    if missing := [key for key in required if not isinstance(raw.get(key), str) or not raw[key]]:
        raise TemporaryProblem("UNREADABLE_ANSWER", f"The grant lacks {', '.join(missing)}.")
    access_token, refresh_token = raw["access_token"], str(raw.get("refresh_token") or "")
    if not is_token(access_token + refresh_token):
        raise TemporaryProblem("UNREADABLE_ANSWER", "The grant has a token that can't be one.")
    return Grant(
        access_token=access_token,
        refresh_token=refresh_token,
        instance_url=str(raw.get("instance_url") or ""),
        identity_url=str(raw.get("id") or ""),
        scopes=str(raw.get("scope") or ""),
        client_id=pair.client_id,
    )
