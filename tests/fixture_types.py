"""Names for what the fixtures that make something are."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from orgs.models import Org
from simulator.org.store import Org as StandInOrg
from teams.models import User
from tests.orgs.stand_in import Browser
from tests.wizard.harness import SetupHarness

MakePerson = Callable[..., User]  # `person("Ann Lee", team, Role.OWNER)`
SignedIn = Callable[..., Client]  # `signed_in(dana).get("/")`
FreePort = Callable[[], int]
MakeStandInOrg = Callable[..., StandInOrg]  # `sf_org("fresh")`
BrowserOf = Callable[[User], Browser]
Connected = Callable[..., tuple[Org, StandInOrg]]  # `connected("fresh")`: our row and theirs
MakeSetup = Callable[..., SetupHarness]  # `make("fresh", people=30)`
Hurry = Callable[..., None]
