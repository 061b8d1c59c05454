"""The login page. The stand-in asks for no password; it says so."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from simulator.web import browser
from simulator.web.context import world

blueprint = Blueprint("oauth_login", __name__)


@blueprint.get("/login")
def login() -> str:
    return _page(request.args.get("startURL"), username=request.args.get("un", ""))


@blueprint.post("/login")
def log_in() -> Response | tuple[str, int]:
    username = request.form.get("username", "")
    with world().lock:
        try:
            sid = browser.log_in(world(), username, request.host)
        except browser.LoginRefused as refused:
            return _page(request.form.get("startURL"), username=username, problem=str(refused)), 200
    return browser.keep(redirect(browser.local_path(request.form.get("startURL"))), sid)


@blueprint.route("/secur/logout.jsp", methods=["GET", "POST"])
def log_out() -> Response:
    with world().lock:
        return browser.log_out(redirect("/login"))


def _page(start_url: str | None, *, username: str, problem: str = "") -> str:
    with world().lock:
        choices = [(org, browser.people_to_offer(org)) for org in world().orgs.values()]
        return render_template(
            "login.html",
            choices=choices,
            start_url=browser.local_path(start_url),
            username=username,
            problem=problem,
        )


def login_address(start_url: str, username: str = "") -> str:
    return "/login?" + urlencode({"startURL": start_url} | ({"un": username} if username else {}))
