"""A consultant hands in a list, mends it, starts it; others do not see it."""

from __future__ import annotations

import html

import pytest

from bulk import starting
from bulk.models import ClientList, Preset
from teams.models import Role
from wizard.models import Setup

pytestmark = pytest.mark.django_db
CSV = "Client,E-mail\nContoso,ana@contoso.example\nFabrikam,\n"


@pytest.fixture
def browser(signed_in, dana):
    return signed_in(dana)


def page(response):
    return html.unescape(response.content.decode())


def test_a_list_is_pasted_mended_and_started(browser, handed_in, dana, mailoutbox):
    answer = browser.post("/many/", {"pasted": CSV}, follow=True)
    made = ClientList.objects.get()
    assert "1 client to start" in page(answer)
    assert "The e-mail address is missing." in page(answer)
    assert not Setup.objects.exists()
    row = made.rows.get(client="Fabrikam")
    mended = {"client": "Fabrikam", "email": "it@fabrikam.example", "preset": "", "mid": ""}
    answer = browser.post(f"/many/rows/{row.pk}/", mended, follow=True)
    assert "2 clients to start" in page(answer)
    answer = browser.post(f"/many/lists/{made.pk}/start/", follow=True)
    assert "You may close this page: it goes on." in page(answer)
    while starting.start_next(made):
        pass
    answer = browser.get(f"/many/lists/{made.pk}/")
    assert "2 of 2 started." in page(answer)
    for setup in Setup.objects.all():
        assert f"/setups/{setup.pk}/" in page(answer)
    assert [mail.to for mail in mailoutbox] == [["ana@contoso.example"], ["it@fabrikam.example"]]


def test_the_part_that_is_asked_for_again_holds_no_form_that_somebody_types_in(browser, handed_in, dana):
    made = handed_in("Contoso,ana@contoso.example,,", "Fabrikam,,,")
    answer = browser.get(f"/many/lists/{made.pk}/", headers={"hx-request": "true"})
    assert 'name="email"' not in page(answer)
    assert "1 row is to be mended" in page(answer)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "There is no client in it."),
        ({"pasted": "Name,E-mail\nA,a@b.example"}, "The first row names no column Client."),
        ({"pasted": "Client,E-mail\n" + "A,a@b.example\n" * 10_000}, "There are 10000 clients in it."),
    ],
)
def test_what_is_no_list_is_refused_in_words_and_stays_to_be_mended(browser, sent, says):
    answer = browser.post("/many/", sent)
    assert answer.status_code == 422
    assert says in page(answer)
    assert sent.get("pasted", "") in page(answer)
    assert not ClientList.objects.exists()


def test_the_file_of_a_list_says_what_became_of_each_row_and_runs_no_formula(browser, handed_in):
    made = handed_in("Contoso,ana@contoso.example,,", "=1+1,x@y.example,,")
    text = b"".join(browser.get(f"/many/lists/{made.pk}/clients.csv").streaming_content).decode()
    first, second = text.strip().splitlines()[1:]
    assert first == "2,Contoso,ana@contoso.example,,,Not started,,"
    assert second.startswith("3,'=1+1,x@y.example,,,To mend,")


def test_lists_and_presets_of_another_team_do_not_exist(signed_in, stranger, handed_in, preset):
    made, own = handed_in("Contoso,ana@contoso.example,,"), preset()
    browser = signed_in(stranger)
    row = made.rows.get()
    for path in (f"lists/{made.pk}/", f"lists/{made.pk}/clients.csv", f"presets/{own.pk}/"):
        assert browser.get(f"/many/{path}").status_code == 404
    for path in (
        f"lists/{made.pk}/start/",
        f"lists/{made.pk}/stop/",
        f"rows/{row.pk}/",
        f"presets/{own.pk}/remove/",
        f"presets/new/{made.team_id}/",
    ):
        assert browser.post(f"/many/{path}").status_code == 404
    made.refresh_from_db()
    assert not made.started_at
    answer = browser.post("/many/", {"pasted": CSV, "preset": own.pk})
    assert "Select a valid choice" in page(answer)


def test_a_viewer_starts_nobody(signed_in, person, team, handed_in):
    made = handed_in("Contoso,ana@contoso.example,,")
    browser = signed_in(person("Vera View", team, Role.VIEWER))
    assert browser.get("/many/").status_code == 403
    assert browser.post(f"/many/lists/{made.pk}/start/").status_code == 403


def test_a_preset_is_made_changed_and_removed(browser, team):
    typed = {"name": "Standard", "set_label": "MC Users", "profile": "", "language": "de", "set_name": ""}
    assert "Saved the preset Standard." in page(
        browser.post(f"/many/presets/new/{team.pk}/", typed, follow=True)
    )
    made = Preset.objects.get()
    assert (made.set_name, made.only_sign_in) == ("MC_Users", False)
    refused = browser.post(f"/many/presets/new/{team.pk}/", {**typed, "name": "STANDARD", "set_name": "1__"})
    assert "There is a preset of this name already." in page(refused)
    assert "The API name must begin with a letter." in page(refused)
    browser.post(f"/many/presets/{made.pk}/", {**typed, "only_sign_in": "on"})
    made.refresh_from_db()
    assert made.only_sign_in
    browser.post(f"/many/presets/{made.pk}/remove/")
    assert not Preset.objects.exists()


def test_a_team_s_page_of_a_list_costs_as_many_queries_for_many_rows(
    browser, handed_in, django_assert_max_num_queries
):
    made = handed_in(*(f"Client {number},c{number}@client.example,," for number in range(200)))
    with django_assert_max_num_queries(12):
        browser.get(f"/many/lists/{made.pk}/")
