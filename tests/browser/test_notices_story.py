"""Who waits for news is told: by a real mail server, and by a webhook that a real receiver takes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from email import message_from_string
from email.policy import default
from typing import Any

import pytest
from playwright.sync_api import expect

from notices.channels import webhook
from tests.browser.guests import Guest, send_stage
from tests.browser.journey import Journey
from tests.browser.stand_in import StandInOrg
from tests.notices.telling import MailServer, Receiver, Request, receiving
from tests.troubled_server import running
from tests.waiting import eventually
from tests.whole_app import WholeApp, installed

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as listening:
        yield listening


@pytest.fixture(scope="module")
def app(mails: MailServer, receiver: Receiver) -> Iterator[WholeApp]:
    """As the others, but its mails go to a server, and it may call a receiver on this machine."""
    with installed() as whole:
        whole.environment |= {
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mails.port),
            "NOTICES_PRIVATE_NETWORKS": "127.0.0.0/8",
        }
        whole.start()
        yield whole


@pytest.fixture(scope="module")
def secrets() -> dict[str, str]:
    """Of the webhook, which an owner adds once."""
    return {}


@pytest.fixture
def heard(
    person: Callable[..., Journey], receiver: Receiver, secrets: dict[str, str]
) -> Callable[[StandInOrg], list[tuple[str, Any]]]:
    """What the team's webhook was told of an org: the kind and the whole."""
    if not secrets:
        priya = person("Priya")
        priya.page.goto(f"{priya.app.url}/team/")
        priya.page.get_by_role("link", name="Where notices go").click()
        priya.page.get_by_label("Address").fill(receiver.url)
        priya.page.get_by_role("button", name="Add").click()
        secrets["webhook"] = priya.page.locator("code.secret").inner_text()

    def told(org: StandInOrg) -> list[tuple[str, Any]]:
        rows = list(receiver.requests)
        assert all(is_signed(row, secrets["webhook"]) for row in rows)
        assert len({row.delivery for row in rows}) == len(rows), "no delivery comes twice"
        theirs = [json.loads(row.body) for row in rows]
        return [(row["type"], row["data"]) for row in theirs if row["data"]["org"]["name"] == org.name]

    return told


def is_signed(row: Request, secret: str) -> bool:
    """Whenever it came: a receiver judges the age when it comes (`webhook.is_ours`), we judge again later."""
    signed = webhook.signed(row.about, row.body, secret, int(row.headers["webhook-timestamp"]))
    return signed["webhook-signature"] == row.headers["webhook-signature"]


def kinds(told: list[tuple[str, Any]]) -> list[str]:
    return [kind for kind, _data in told]


def test_a_guest_finishes_and_the_consultant_s_mail_and_webhook_arrive(
    person, browse, app, new_org, mails, heard
):
    org, dana = new_org("fresh"), person("Dana")
    dana.page.goto(f"{app.url}/notices/mine/")
    dana.page.get_by_label("E-mails").select_option(label="Each at once")
    dana.page.get_by_role("button", name="Save").click()
    dana.begin_prepared(org, people=2)
    guest = Guest(browse(), app, send_stage(dana, "policies"))
    guest.sign_in_by_link(org)
    guest.open_deep_link("Open the app's page").edit_policies()
    expect(guest.page.locator("#thanks")).to_contain_text("Your part is done")

    eventually("the webhook hears of it", lambda: "guest_done" in kinds(heard(org)))
    assert [each for each in kinds(heard(org)) if each.startswith("guest")] == ["guest_opened", "guest_done"]

    def arrived() -> list[Any]:
        parsed = [message_from_string(each, policy=default) for each in mails.mails]
        return [each for each in parsed if org.name in each["Subject"] and "part is done" in each["Subject"]]

    eventually("the mail arrives", lambda: bool(arrived()))
    (mail,) = arrived()
    link = re.search(rf"{app.url}/setups/[0-9a-f-]+/", mail.get_content())
    assert link
    stranger = browse()
    stranger.goto(link[0])
    expect(stranger).to_have_url(re.compile("/account/login/"))
    dana.page.goto(link[0])
    expect(dana.page.get_by_label("The org you are working in")).to_contain_text(org.name)


def test_a_drift_is_told_acknowledged_and_told_again_when_it_differs(person, new_org, heard):
    org, dana = new_org("fresh"), person("Dana")
    dana.begin_prepared(org, "policies")
    org.at_its_pages().set_policies()
    dana.expect_stage_words("Edit the connected app's policies", re.compile("Done|Confirm"))
    dana.go_to("handover")
    dana.page.locator("#actions").get_by_role("link", name=re.compile("^Hand over")).first.click()
    dana.page.get_by_role("button", name="Hand over and keep watching").click()
    expect(dana.page.get_by_text("Handed over on")).to_be_visible()

    def look() -> None:
        button = dana.page.get_by_role("button", name="Look now")
        button.click()

        def ended() -> bool:
            dana.page.reload()
            return bool(button.is_enabled())

        eventually("the look ends", ended, pause=0.5)

    def drifts() -> list[Any]:
        return [data for kind, data in heard(org) if kind == "drifted"]

    org.at_its_pages().set_policies(refresh_token_policy="infinite")
    look()
    eventually("the drift is told", lambda: len(drifts()) == 1)
    (first,) = drifts()
    assert first["step"] == "refresh_token"
    assert first["before"] != first["after"]

    dana.page.get_by_text("This difference is all right").click()
    dana.page.get_by_label("Why it is all right").fill("The client tests it this week")
    dana.page.get_by_label("Up to which day").fill("2099-01-01")
    dana.page.get_by_role("button", name="Note it").click()
    expect(dana.page.get_by_text("Choose a day within the next year")).to_be_visible()
    dana.page.get_by_text("This difference is all right").click()
    dana.page.get_by_label("Why it is all right").fill("The client tests it this week")
    soon = dana.page.evaluate("new Date(Date.now() + 7 * 864e5).toISOString().slice(0, 10)")
    dana.page.get_by_label("Up to which day").fill(soon)
    dana.page.get_by_role("button", name="Note it").click()
    expect(dana.page.get_by_text("The client tests it this week")).to_be_visible()
    look()  # it is known: of three looks two are news

    org.at_its_pages().set_policies(
        refresh_token_policy="specific_lifetime", specific_lifetime_amount="3", specific_lifetime_unit="DAYS"
    )
    look()
    eventually("another difference is told", lambda: len(drifts()) == 2)
    assert [each["step"] for each in drifts()] == ["refresh_token"] * 2
    dana.page.reload()
    expect(dana.page.get_by_text("This difference is all right").first).to_be_visible()
