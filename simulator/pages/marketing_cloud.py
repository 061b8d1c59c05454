"""The Marketing Cloud tab and what plays Engagement's login behind it (lines 34-38).

Engagement's session is a cookie of its own. While it lives, connecting uses it without asking:
that is the warning of line 34. What is typed as a password is never read.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from simulator import engagement
from simulator.errors import ApiError
from simulator.org.rights import holds_set, sees_package
from simulator.pages.frame import Answer, done, page, render
from simulator.seeding.package import ADMIN_SET
from simulator.web.browser import Visitor

blueprint = Blueprint("pages_marketing_cloud", __name__)

TAB = "/lightning/n/et4ae5__ExactTargetPhoenix"
SWITCHBOARD = "/apex/et4ae5__ETSwitchboard"
COOKIE = "engagement"


@dataclass(frozen=True)
class Session:
    """Who is signed in to Engagement in this browser."""

    username: str
    mid: str


def session() -> Session | None:
    kept = dict(parse_qsl(request.cookies.get(COOKIE, "")))
    found = Session(kept.get("username", ""), kept.get("mid", ""))
    return found if found.username and valid_mid(found.mid) else None


def valid_mid(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= len(text) <= 12


@blueprint.get(TAB)
@blueprint.get(SWITCHBOARD)
@blueprint.get("/apex/et4ae5__MarketingCloudConfiguration")
@page()
def marketing_cloud(who: Visitor) -> Answer:
    refusal = _refusal(who)
    return refusal or render(
        "marketing_cloud.html",
        who,
        connected=engagement.connection(who.org),
        session=session(),
        units=_unit_names(who),
    )


def _unit_names(who: Visitor) -> list[str]:
    return [str(row["Name"]) for row in who.org.rows("et4ae5__Business_Unit__c")]


def _refusal(who: Visitor) -> Answer | None:
    if not who.org.package_installed:
        text = (
            "Page et4ae5__ETSwitchboard does not exist: Marketing Cloud Connect is not installed in this org."
        )
        links = [("Installed Packages", "/0A3")]
        return render("message.html", who, heading="Page not found", text=text, links=links), 404
    if not sees_package(who.org, who.user["Id"]):
        text = "You can't see the Marketing Cloud tab. Ask for the permission set Marketing Cloud Connector."
        return render("message.html", who, heading="Insufficient Privileges", text=text, links=[]), 403
    return None


def _may_not_connect(who: Visitor) -> Answer | None:
    needed = who.org.switches.connect_needs_admin_set
    if not needed or holds_set(who.org, who.user["Id"], ADMIN_SET):
        return None
    text = "Only people with the permission set Marketing Cloud Connector Admin may connect."
    return render("message.html", who, heading="Insufficient Privileges", text=text, links=[]), 403


@blueprint.post(SWITCHBOARD)
@page()
def start(who: Visitor) -> Answer:
    """**Connect to Marketing Cloud**: an active session is used at once, else its login is asked for."""
    refusal = _refusal(who) or _may_not_connect(who)
    if refusal is not None:
        return refusal
    active = session()
    return _connect(who, active) if active else redirect("/engagement/connect")


@blueprint.get("/engagement/connect")
@page()
def connect_login(who: Visitor) -> Answer:
    return _refusal(who) or _login_page(str(who.org.extra.get("mid", "")))


@blueprint.post("/engagement/connect")
@page()
def connect(who: Visitor) -> Answer:
    """**Login**: signs in to Engagement, then connects."""
    refusal = _refusal(who) or _may_not_connect(who)
    if refusal is not None:
        return refusal
    typed = _typed(str(who.org.extra.get("mid", "")))
    if isinstance(typed, str):
        return _login_page(str(who.org.extra.get("mid", "")), typed), 400
    answer = _connect(who, typed)
    # Marketing Cloud keeps the session; the next connection in this browser would use it.
    return _keep(answer, typed) if isinstance(answer, Response) else answer


@blueprint.post("/apex/et4ae5__MarketingCloudSettings")
@page()
def save_settings(who: Visitor) -> Answer:
    refusal = _refusal(who)
    if refusal is not None:
        return refusal
    engagement.save_settings(who.org, who.user["Id"])
    return done(TAB, "The settings are saved.")


def _connect(who: Visitor, account: Session) -> Answer:
    try:
        engagement.connect(who.org, who.user["Id"], account.username, account.mid)
    except engagement.ConnectProblem as problem:
        return _failed(who, f"{problem.error}: {problem.description}")
    except ApiError as error:
        return _failed(who, f"{error.code}: {error.message}")
    return done(TAB, f"Connected to account {account.mid} as {account.username}.")


def _failed(who: Visitor, text: str) -> Answer:
    return render(
        "message.html", who, heading="Connection failed", text=text, links=[("Marketing Cloud", TAB)]
    ), 400


def _typed(default_mid: str) -> Session | str:
    """The account that was typed, or what is missing."""
    username = request.form.get("username", "").strip()
    mid = request.form.get("mid", "").strip() or default_mid
    if not username or not request.form.get("password"):
        return "Type a username and something as a password."
    return Session(username[:200], mid) if valid_mid(mid) else "The account id (MID) has digits only."


def _keep(response: Response, account: Session) -> Response:
    value = urlencode({"username": account.username, "mid": account.mid})
    response.set_cookie(COOKIE, value, httponly=True, samesite="Lax", path="/")
    return response


def _login_page(mid: str, problem: str = "") -> str:
    return render_template("engagement_login.html", mid=mid, problem=problem)


@blueprint.get("/engagement")
def engagement_session() -> str:
    return render_template("engagement_session.html", session=session())


@blueprint.get("/engagement/login")
def engagement_login() -> str:
    return _login_page("7000001")


@blueprint.post("/engagement/login")
def engagement_log_in() -> Answer:
    typed = _typed("7000001")
    if isinstance(typed, str):
        return _login_page("7000001", typed), 400
    return _keep(redirect("/engagement"), typed)


@blueprint.post("/engagement/logout")
def engagement_log_out() -> Response:
    response = redirect("/engagement")
    response.delete_cookie(COOKIE, path="/")
    return response
