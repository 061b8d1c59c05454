"""A company's own sign-in: an OpenID Connect issuer over real HTTP, as small as the standard allows."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import jwt
from cheroot.wsgi import Server
from flask import Flask, Response, abort, jsonify, request

CLIENT_ID, CLIENT_SECRET = "connect-guide", "company-secret"


class Company:
    """Says who has just signed in there: change `person` to say somebody else."""

    def __init__(self) -> None:
        self.url = ""
        self.person: dict[str, object] = {}
        self.codes: dict[str, dict[str, object]] = {}
        self.app = Flask("company")
        self.app.add_url_rule("/.well-known/openid-configuration", view_func=self.configuration)
        self.app.add_url_rule("/token", view_func=self.token, methods=["POST"])
        self.app.add_url_rule("/userinfo", view_func=self.userinfo)

    def signs_in(self, email: str, *, verified: bool = True, sub: str = "", name: str = "") -> None:
        self.person = {"sub": sub or email, "email": email, "email_verified": verified, "name": name or email}

    def configuration(self) -> Response:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token",
                 "userinfo_endpoint": "userinfo", "jwks_uri": "keys"}  # fmt: skip
        found = {name: f"{self.url}/{path}" for name, path in paths.items()}
        methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        return jsonify(found | methods | {"issuer": self.url})

    def consent(self, asked: dict[str, str]) -> str:
        """The person agrees on the issuer's page; the code that comes back with it."""
        code = secrets.token_urlsafe(8)
        self.codes[code] = {"challenge": asked["code_challenge"], "nonce": asked.get("nonce"), **self.person}
        return code

    def token(self) -> Response:
        grant = self.codes.pop(request.form["code"], None)
        proof = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        if grant is None or challenge != grant["challenge"] or request.form["client_secret"] != CLIENT_SECRET:
            abort(400)
        claims = {"iss": self.url, "aud": CLIENT_ID, "exp": time.time() + 60, "iat": time.time(), **grant}
        token = jwt.encode(claims, "k" * 32, algorithm="HS256")
        self.signed_in = {key: grant[key] for key in ("sub", "email", "email_verified", "name")}
        return jsonify({"access_token": "at", "token_type": "Bearer", "id_token": token})

    def userinfo(self) -> Response:
        return jsonify(self.signed_in)

    def providers(self, **more: object) -> dict[str, object]:
        """The setting that names this issuer."""
        app = {
            "provider_id": "company", "name": "Acme", "client_id": CLIENT_ID, "secret": CLIENT_SECRET,
            "settings": {"server_url": self.url, "oauth_pkce_enabled": True,
                         "email_authentication": True, **more},
        }  # fmt: skip
        return {"openid_connect": {"APPS": [app]}}


@contextmanager
def running() -> Iterator[Company]:
    company = Company()
    server = Server(("127.0.0.1", 0), company.app, numthreads=2)
    server.prepare()
    company.url = f"http://127.0.0.1:{server.bind_addr[1]}"
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield company
    finally:
        server.stop()
        thread.join()
