"""One long way through the app with marked tokens: what works, what fails, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs import directory, tasks
from orgs.connections.client import client_for
from orgs.fields import Secret
from orgs.models import Connection, Org, Revocation
from simulator import scenarios
from simulator.faults import Rule
from simulator.org.store import Org as StandInOrg
from teams.models import User
from tests.answers import Answer
from tests.faults.troubles import TROUBLES
from tests.orgs.stand_in import Browser, admin_of
from tests.wizard.harness import SetupHarness
from wizard.guides.connected_app_authentication.guide import GUIDE
from wizard.live import fragment
from wizard.models import Job, Setup
from wizard.tasks import run_job

STAGES = [stage.key for stage in GUIDE.stages]
PAGES = ("setup", "report", "report_csv", "report_json", "history")


@dataclass
class Recorded:
    """A browser whose every answer is kept: headers, cookies and body."""

    client: Client
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client.raise_request_exception = False

    def get(self, path: str, data: dict[str, str] | None = None) -> Answer:
        return self._keep(self.client.get(path, data))

    def post(self, path: str, data: dict[str, str] | None = None) -> Answer:
        return self._keep(self.client.post(path, data))

    def _keep(self, response: Answer) -> Answer:
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        body = b"".join(response)
        self.seen.append(f"{headers}\n{response.cookies.output()}\n{body.decode('utf-8', 'replace')}")
        return response


@dataclass
class Walker:
    """Who walks: Dana does the work, Priya is the team's owner."""

    stand: Any
    team: Any
    dana: User
    site: Recorded
    owner: Recorded
    patch: Any
    orgs: list[Any] = field(default_factory=list)

    # -- parts of the way

    def new_org(self, scenario: str = "fresh", **more: Any) -> Any:
        self.orgs.append(scenarios.create(self.stand.world, scenario, name=f"Org {len(self.orgs)}", **more))
        return self.orgs[-1]

    def browser(self) -> Browser:
        return Browser(self.site, self.stand)  # type: ignore[arg-type]

    def sign_in(self, theirs: StandInOrg) -> SetupHarness:
        """Connect by Salesforce's own pages, and start a setup."""
        response = self.browser().connect(admin_of(theirs))
        assert response.status_code == 302, response.content.decode()
        org = Org.objects.select_related("connection").get(org_id=theirs.id)
        self.site.get(response["Location"])
        self.site.post(reverse("wizard:begin", args=[org.pk]))
        setup = Setup.objects.get(org=org)
        do_queued_work()
        return SetupHarness(self.stand, theirs, org, fragment.load(str(setup.pk)), self.dana)

    def look(self, desk: SetupHarness) -> None:
        """Every page, fragment and file of the setup, as Dana and as the owner."""
        for browser in (self.site, self.owner):
            for name in PAGES:
                response = browser.get(reverse(f"wizard:{name}", args=[desk.setup.pk]))
                assert response.status_code in (200, 302), name
            for stage in STAGES:
                for name in ("stage", "live", "actions"):
                    address = reverse(f"wizard:{name}", args=[desk.setup.pk, stage])
                    assert browser.get(address).status_code == 200, address
            browser.get(reverse("wizard:home"))
            browser.get(reverse("orgs:disconnect", args=[desk.org.pk]))
        self.owner.get(reverse("orgs:connections", args=[self.team.pk]))
        self.owner.get(reverse("teams:team", args=[self.team.pk]))

    # -- the ways

    def work(self, desk: SetupHarness) -> None:
        """Check, choose, apply, confirm, undo."""
        desk.choose(2)
        assert desk.check().state == "done"
        self.look(desk)
        directory.refresh(desk.org, client_for(desk.org))
        assert desk.apply().state == "done"
        self.site.post(reverse("wizard:confirm", args=[desk.setup.pk, "log_out"]), {"sure": "1"})
        self.look(desk)
        assert desk.undo().state == "done"
        self.look(desk)

    def faults(self, desk: SetupHarness) -> None:
        """Each fault at whatever is asked of the org, then a look at what the pages say of it."""
        self.patch.setattr("orgs.salesforce.transport.TIMEOUT", (5.0, 0.5))
        self.patch.setattr("orgs.oauth.TIMEOUT", (5.0, 0.5))
        for trouble in TROUBLES:
            self.stand.world.faults.add(trouble.rule(org=desk.theirs.id))
            desk.check()
            self.site.get(reverse("wizard:stage", args=[desk.setup.pk, "prepare"]))
            self.stand.world.faults.clear()
            if not Connection.objects.get(org=desk.org).is_connected:
                self.reconnect(desk)
        self.patch.setattr("orgs.salesforce.transport.TIMEOUT", (5.0, 20.0))
        self.patch.setattr("orgs.oauth.TIMEOUT", (5.0, 20.0))
        assert desk.check().state == "done"

    def expire(self, desk: SetupHarness) -> None:
        with self.stand.world.lock:
            tokens = self.stand.world.tokens
            for value in [value for value, token in tokens.items() if token.org_id == desk.theirs.id]:
                del tokens[value]

    def lose_and_reconnect(self, desk: SetupHarness) -> None:
        self.expire(desk)
        assert desk.check().state == "done", "refreshed"
        self.expire(desk)
        self.stand.world.faults.add(Rule("revoked_grant", kind="refresh", org=desk.theirs.id))
        assert desk.check().error_code == "invalid_grant"
        self.stand.world.faults.clear()
        self.look(desk)
        self.reconnect(desk)
        assert desk.check().state == "done"

    def reconnect(self, desk: SetupHarness) -> None:
        response = self.site.post(reverse("orgs:reconnect", args=[desk.org.pk]))
        browser = self.browser()
        back = browser.back(browser.at_salesforce(response["Location"], admin_of(desk.theirs)))
        assert back.status_code == 302, back.content.decode()
        self.site.get(back["Location"])
        do_queued_work()
        desk.reload()
        assert desk.org.connection.is_connected

    def sign_in_problems(self, desk: SetupHarness) -> None:
        """Denied, replayed, forged, another org, no answer, a wrong secret, and our own failure."""
        other = admin_of(self.new_org())
        browser = self.browser()
        assert browser.connect(other, "deny").status_code == 400
        address = browser.at_salesforce(browser.start(), other)
        with self.patch.context() as here:
            here.setattr("orgs.sign_in.flow._keep", fail_with_the_grant)
            assert browser.back(address).status_code == 500
        browser.back(address)
        self.site.get(reverse("orgs:callback"), {"state": "nobody's", "code": code_of(address)})
        again = self.site.post(reverse("orgs:reconnect", args=[desk.org.pk]))
        another = self.browser()
        assert another.back(another.at_salesforce(again["Location"], other)).status_code == 400
        self.site.post(reverse("orgs:stranded"), {"address": address})
        for fault in ("unavailable", "invalid_json", "other_shape", "unknown_exception"):
            self.stand.world.faults.add(Rule(fault, kind="token"))
            browser = self.browser()
            browser.connect(other)
            self.stand.world.faults.clear()

    def own_pair(self, desk: SetupHarness, secret: str) -> None:
        Org.objects.filter(pk=desk.org.pk).update(client_id="connect-guide-stand-in")
        org = Org.objects.get(pk=desk.org.pk)
        org.client_secret = Secret(secret)
        org.save()
        self.reconnect(desk)

    def disconnect(self, desk: SetupHarness) -> None:
        """Salesforce does not answer at first; the token waits, encrypted, until it does."""
        with self.patch.context() as here:
            here.setattr("orgs.hosts.revoke_endpoint", lambda origin: "http://127.0.0.1:9/revoke")
            self.site.post(reverse("orgs:disconnect", args=[desk.org.pk]))
            Revocation.objects.update(next_try_at=timezone.now())
            tasks.retry_revocations()
        assert Revocation.objects.exclude(last_error="").exists()
        self.look(desk)

    def revoke(self) -> None:
        Revocation.objects.update(next_try_at=timezone.now())
        tasks.retry_revocations()
        assert not Revocation.objects.exists()

    def accounts(self) -> None:
        """What sends e-mails, and a sign-in that fails."""
        anybody = Recorded(Client())
        anybody.post(reverse("account_reset_password"), {"email": self.dana.email})
        anybody.post(reverse("account_login"), {"login": self.dana.email, "password": "wrong"})
        self.owner.post(
            reverse("teams:invite", args=[self.team.pk]), {"email": "new@example.com", "role": "support"}
        )
        self.site.seen += anybody.seen


def do_queued_work() -> None:
    """What a worker does with the jobs that the pages asked for."""
    for pk in Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True):
        run_job(str(pk))


def code_of(address: str) -> str:
    return address.partition("code=")[2].partition("&")[0]


def fail_with_the_grant(grant: object, *rest: object) -> object:
    """A failure of our own that has everything at hand, and says so."""
    raise RuntimeError(f"cannot keep {grant!r}")
