"""A consultant starts many clients from a file; a client comes by the link of their e-mail."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.guests import Guest
from tests.waiting import eventually


def test_clients_of_a_file_are_started_and_one_comes_by_their_link(dana, browse, app):
    page, mark = dana.page, uuid4().hex[:6]
    page.goto(f"{app.url}/orgs/connect/")
    page.get_by_role("link", name="Many clients? Start them from a list").click()
    rows = [f"Müller {mark};ana@mueller.example", f"Fabrikam {mark};", f"Litware {mark};it@litware.example"]
    content = "\r\n".join(["Kunde;E-Mail", *rows]).encode("cp1252")
    file = {"name": "kunden.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Take it from a CSV file").set_input_files(file)
    expect(page.get_by_label("The list")).to_have_value(re.compile(f"Müller {mark}"))
    page.get_by_role("button", name="Look at the list").click()

    expect(page.get_by_role("heading", name="2 clients to start")).to_be_visible()
    expect(page.get_by_text("The e-mail address is missing.")).to_be_visible()
    page.get_by_label("E-mail").fill("it@fabrikam.example")
    page.get_by_role("button", name="Save the row").click()
    page.get_by_role("button", name="Start 3 and send the e-mails").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    expect(page.get_by_text("3 of 3 started.")).to_be_visible()
    expect(page.get_by_text("Sent to it@litware.example")).to_be_visible()

    mail = eventually("the mail is sent", lambda: _mail(app.log("worker"), f"Litware {mark}"))
    client = Guest(browse(), app, re.findall(r"http\S+/guest/\S+/", mail)[0])
    client.open_link()
    expect(client.page.get_by_text(f"Litware {mark}").first).to_be_visible()


def _mail(log: str, name: str) -> str:
    """The message that speaks of this client, as the try-out prints it."""
    _before, found, after = log.partition(name)
    return after if found and "/guest/" in after else ""
