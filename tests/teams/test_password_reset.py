from __future__ import annotations

import re

from tests.conftest import PASSWORD
from tests.waiting import eventually


def reset_link(mailoutbox) -> str:
    eventually("the mail, which nobody waits for", lambda: mailoutbox)
    found = re.search(r"http://\S+(/account/password/reset/key/\S+)", mailoutbox[-1].body)
    assert found
    return found[1]


def test_a_forgotten_password_is_set_by_a_link(client, dana, mailoutbox):
    client.post("/account/password/reset/", {"email": dana.email})
    page = client.get(reset_link(mailoutbox), follow=True)
    new = "another long password"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    dana.refresh_from_db()
    assert dana.check_password(new)


def test_the_link_works_once(client, dana, mailoutbox):
    client.post("/account/password/reset/", {"email": dana.email})
    link = reset_link(mailoutbox)
    page = client.get(link, follow=True)
    new = "another long password"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    client.cookies.clear()
    assert client.get(link, follow=True).context["token_fail"] is True


def test_a_short_password_is_refused_with_the_reason(client, dana, mailoutbox):
    client.post("/account/password/reset/", {"email": dana.email})
    page = client.get(reset_link(mailoutbox), follow=True)
    answer = client.post(page.request["PATH_INFO"], {"password1": "short", "password2": "short"})
    assert "at least 12 characters" in answer.content.decode()
    dana.refresh_from_db()
    assert dana.check_password(PASSWORD)


def test_an_unknown_address_gets_the_same_page_and_no_mail(client, dana, mailoutbox):
    known = client.post("/account/password/reset/", {"email": dana.email})
    unknown = client.post("/account/password/reset/", {"email": "who@example.com"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    eventually("the mail", lambda: mailoutbox)
    assert [mail.to for mail in mailoutbox] == [[dana.email]]


def test_without_a_mail_server_a_known_and_an_unknown_address_get_the_same_clear_answer(
    client, dana, settings, free_port
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    known, unknown = (
        client.post("/account/password/reset/", {"email": email}) for email in (dana.email, "who@example.com")
    )
    for answer in (known, unknown):
        assert answer.status_code == 503
        assert "No e-mail can be sent" in answer.content.decode()


def test_a_changed_password_stays_changed_when_the_news_of_it_can_t_be_sent(
    signed_in, dana, settings, free_port, caplog
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    new = "another long password"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert signed_in(dana).post("/account/password/change/", data).status_code == 302
    dana.refresh_from_db()
    assert dana.check_password(new)
    assert "was not told" in caplog.text


def test_whatever_a_request_calls_us_the_link_leads_to_our_own_address(client, dana, mailoutbox, settings):
    client.post("/account/password/reset/", {"email": dana.email}, HTTP_HOST="localhost:6666")
    reset_link(mailoutbox)
    assert f"{settings.PUBLIC_URL}/account/password/reset/key/" in mailoutbox[-1].body
    assert "6666" not in mailoutbox[-1].body
