"""A client's admin with a browser of their own: our link, Salesforce's pages, and back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse

from tests.orgs.stand_in import Browser, admin_of
from wizard.guests import invitations
from wizard.models import GuestInvitation, Setup


class GuestBrowser(Browser):
    """`come()` is the whole way: the link, its button, signing in at Salesforce, and back."""

    def __init__(self, stand: Any, link: str, site: Client | None = None) -> None:
        super().__init__(site or Client(), stand)
        self.path = urlsplit(link).path

    def look(self) -> Any:
        return self.site.get(self.path)

    def press(self, **data: str) -> Any:
        return self.site.post(self.path, said_in(self.look()) | data)

    def come(self, theirs: Any, username: str = "", **data: str) -> Any:
        response = self.press(**data)
        assert response.status_code == 302, response.content.decode()
        return self.back(self.at_salesforce(response["Location"], username or admin_of(theirs)))

    def page(self, setup: Setup, stage: str) -> Any:
        return self.site.get(reverse("wizard:stage", args=[setup.pk, stage]))

    def post(self, setup: Setup, name: str, *args: str, **data: Any) -> Any:
        return self.site.post(reverse(f"wizard:{name}", args=[setup.pk, *args]), data)


def said_in(page: Any) -> dict[str, str]:
    """What the page said of the grant goes back with its button."""
    return {"keeps": "1"} if b'name="keeps"' in page.content else {}


def send(stand: Any, setup: Setup, by: Any, stage: str = "policies") -> tuple[GuestInvitation, GuestBrowser]:
    """One stage is sent; the invitation, and the browser of somebody who got the link."""
    invitation, link = invitations.invite(setup, stage, by)
    return invitation, GuestBrowser(stand, link)


def words(response: Any) -> str:
    """What a page says, without its tags' line breaks."""
    return " ".join(response.content.decode().split())
