"""A client's admin with a browser of their own: our link, Salesforce's pages, and back."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse

from simulator.org.store import Org as StandInOrg
from simulator.server import Stand
from teams.models import User
from tests.answers import Answer
from tests.orgs.stand_in import Browser, admin_of
from wizard.actions import guest_links
from wizard.models import GuestInvitation, Setup


class GuestBrowser(Browser):
    """`come()` is the whole way: the link, its button, signing in at Salesforce, and back."""

    def __init__(self, stand: Stand, link: str, site: Client | None = None) -> None:
        super().__init__(site or Client(), stand)
        self.path = urlsplit(link).path

    def look(self) -> Answer:
        return self.site.get(self.path)

    def press(self, **data: str) -> Answer:
        return self.site.post(self.path, said_in(self.look()) | data)

    def come(self, theirs: StandInOrg, username: str = "", **data: str) -> Answer:
        response = self.press(**data)
        assert response.status_code == 302, response.content.decode()
        return self.back(self.at_salesforce(response["Location"], username or admin_of(theirs)))

    def page(self, setup: Setup, stage: str) -> Answer:
        return self.site.get(reverse("wizard:stage", args=[setup.pk, stage]))

    def post(self, setup: Setup, name: str, *args: str, **data: str) -> Answer:
        return self.site.post(reverse(f"wizard:{name}", args=[setup.pk, *args]), data)


def said_in(page: Answer) -> dict[str, str]:
    """What the page said of the grant goes back with its button."""
    return {"keeps": "1"} if b'name="keeps"' in page.content else {}


def send(stand: Stand, setup: Setup, by: User, *stages: str) -> tuple[GuestInvitation, GuestBrowser]:
    """Stages are sent, or the policies; the invitation, and the browser of somebody who got the link."""
    invitation, link = guest_links.make(setup, stages or ("policies",), by)
    return invitation, GuestBrowser(stand, link)


def words(response: Answer) -> str:
    """What a page says, without its tags' line breaks."""
    return " ".join(response.content.decode().split())
