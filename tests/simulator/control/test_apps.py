"""Apps that somebody registers, on the page or by JSON, and what each may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.scenarios import create
from simulator.server import Stand
from tests.simulator.control.test_api import call
from tests.simulator.visitor import Visitor, username_of

ADDRESS = "http://localhost:9000/back"


def register(stand: Stand, **wanted: Any) -> dict[str, Any]:
    body = {"label": "Their tool", "callbacks": [ADDRESS]} | wanted
    made = call(stand, "POST", "/stand-in/apps", body)
    assert made.status_code == 201, made.text
    app: dict[str, Any] = made.json()
    return app


def code_for(visitor: Visitor, app: dict[str, Any], **changes: str | None) -> str:
    visitor.authorize(client_id=app["client_id"], redirect_uri=ADDRESS, **changes).press("Allow")
    assert visitor.left_for.startswith(f"{ADDRESS}?code=")
    return visitor.left_for.partition("code=")[2].partition("&")[0].replace("%3D", "=")


def exchange(visitor: Visitor, app: dict[str, Any], code: str, **changes: str | None) -> Any:
    given = {"client_id": app["client_id"], "client_secret": app["secret"], "redirect_uri": ADDRESS}
    return visitor.exchange(code, **given | changes)


def test_an_app_is_registered_on_the_page_and_signs_in(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="Registers an app")
    visitor = Visitor(own_stand.url).open("/")
    visitor.press("Register", label="Pasted by hand", callbacks=ADDRESS, org_id=org.id)
    assert "Pasted by hand is registered." in visitor.text
    (app,) = [
        each for each in call(own_stand, "GET", "/stand-in/apps").json() if each["label"] == "Pasted by hand"
    ]
    assert app["client_id"] in visitor.text
    assert app["secret"] in visitor.text
    visitor.log_in(username_of(org))
    answer = exchange(visitor, app, code_for(visitor, app)).json()
    assert answer["access_token"].startswith(org.id[:15])
    (used,) = [row for row in org.rows("OauthToken") if row["AppName"] == "Pasted by hand"]
    assert used["UserId"] == org.admin_id


def test_a_registered_app_is_unknown_to_other_orgs(own_stand: Stand) -> None:
    here, there = (create(own_stand.world, "fresh", name=name) for name in ("Has it", "Has it not"))
    app = register(own_stand, org_id=here.id)
    visitor = Visitor(own_stand.url).log_in(username_of(there))
    visitor.authorize(client_id=app["client_id"], redirect_uri=ADDRESS)
    assert visitor.path == "/setup/secur/RemoteAccessErrorPage.apexp"
    assert "app must be installed into org" in visitor.text


def test_a_new_app_is_unknown_until_it_is_ready(faulty: Stand) -> None:
    org = create(faulty.world, "fresh", name="Ten minutes")
    app = register(faulty, ready_in_seconds=600)
    visitor = Visitor(faulty.url).log_in(username_of(org))
    visitor.authorize(client_id=app["client_id"], redirect_uri=ADDRESS)
    assert "client identifier invalid" in visitor.text
    call(faulty, "POST", "/stand-in/clock", {"offset_seconds": 601})
    assert code_for(visitor, app)


def test_a_rotated_secret_ends_the_old_one(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="Rotated")
    app = register(own_stand)
    visitor = Visitor(own_stand.url).log_in(username_of(org))
    code = code_for(visitor, app)
    fresh = call(own_stand, "POST", f"/stand-in/apps/{app['client_id']}/secret").json()["secret"]
    assert exchange(visitor, app, code).json()["error"] == "invalid_client"
    assert exchange(visitor, app, code, client_secret=fresh).status_code == 200


def test_a_removed_app_takes_its_grants_with_it(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="Removed")
    app = register(own_stand)
    visitor = Visitor(own_stand.url).log_in(username_of(org))
    tokens = exchange(visitor, app, code_for(visitor, app)).json()
    assert call(own_stand, "DELETE", f"/stand-in/apps/{app['client_id']}").status_code == 204
    assert tokens["access_token"] not in own_stand.world.tokens
    again = visitor.refresh(tokens["refresh_token"], client_id=app["client_id"], client_secret=app["secret"])
    assert again.json()["error"] == "invalid_client_id"


def test_one_apps_code_and_refresh_token_are_nothing_to_another(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="Two apps")
    mine, yours = register(own_stand), register(own_stand)
    visitor = Visitor(own_stand.url).log_in(username_of(org))
    code = code_for(visitor, mine)
    assert exchange(visitor, yours, code).json()["error"] == "invalid_grant"
    tokens = exchange(visitor, mine, code).json()
    stolen = visitor.refresh(
        tokens["refresh_token"], client_id=yours["client_id"], client_secret=yours["secret"]
    )
    assert stolen.json()["error"] == "invalid_grant"


def test_where_pkce_is_not_required_a_client_may_do_without(own_stand: Stand) -> None:
    org = create(own_stand.world, "fresh", name="No PKCE")
    app = register(own_stand, pkce_required=False, public=True)
    assert app["secret"] == ""
    visitor = Visitor(own_stand.url).log_in(username_of(org))
    code = code_for(visitor, app, code_challenge=None, code_challenge_method=None)
    assert exchange(visitor, app, code, client_secret=None, code_verifier=None).status_code == 200
    code = code_for(visitor, app)
    assert exchange(visitor, app, code, code_verifier=None).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"label": ""}, "label"),
        ({"callbacks": []}, "callbacks"),
        ({"callbacks": ["http://127.0.0.1:8000/orgs/callback/"]}, "Cannot be an HTTP URL"),
        ({"callbacks": ["http://guide.example/orgs/callback/"]}, "Cannot be an HTTP URL"),
        ({"callbacks": ["nonsense"]}, "not an address"),
        ({"org_id": "00D000000000009AAA"}, "no such org"),
        ({"ready_in_seconds": -1}, "ready_in_seconds"),
    ],
)
def test_what_salesforce_would_not_register_is_refused(
    own_stand: Stand, changes: dict[str, Any], reason: str
) -> None:
    """Plain http for anything but localhost: N12."""
    body = {"label": "Their tool", "callbacks": ["https://guide.example/orgs/callback/"]} | changes
    answer = call(own_stand, "POST", "/stand-in/apps", body)
    assert answer.status_code == 400
    assert reason in answer.json()["error"]


def test_an_app_that_nobody_registered_cannot_be_removed(own_stand: Stand) -> None:
    assert call(own_stand, "DELETE", "/stand-in/apps/PlatformCLI").status_code == 404


def test_the_page_plays_an_app_that_is_minutes_old_and_a_secret_that_was_rotated(
    own_stand: Stand, faulty: Stand
) -> None:
    org = create(own_stand.world, "fresh", name="Waits for its app")
    visitor = Visitor(own_stand.url).open("/")
    visitor.press("Register", label="Young", callbacks=ADDRESS, org_id=org.id, ready_in_seconds="600")
    assert "ready after 600 seconds" in visitor.text
    young = call(own_stand, "GET", "/stand-in/apps").json()[-1]
    faulty.world.clock.offset += timedelta(seconds=601)
    visitor.open("/")
    assert "ready after" not in visitor.text
    visitor.press("New secret for Young")
    assert "The old one is over." in visitor.text
    assert call(own_stand, "GET", "/stand-in/apps").json()[-1]["secret"] != young["secret"]
