"""Setup's home page and the App Launcher."""

from __future__ import annotations

from flask import Blueprint

from simulator.pages.frame import Answer, page, render
from simulator.web.browser import Visitor

blueprint = Blueprint("pages_home", __name__)


@blueprint.get("/lightning/setup/SetupOneHome/home")
@blueprint.get("/lightning")
@blueprint.get("/lightning/page/home")
@blueprint.get("/setup/forcecomHomepage.apexp")
@page()
def setup_home(who: Visitor) -> Answer:
    return render("setup_home.html", who, profile=who.org.get(who.user["ProfileId"]))


@blueprint.get("/lightning/app-launcher")
@page()
def app_launcher(who: Visitor) -> Answer:
    return render("app_launcher.html", who)
