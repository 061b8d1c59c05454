"""Headers that every answer has, and a deployment that Django's own check has nothing to say about."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY

from config.paths import BASE_DIR
from tests.conftest import PASSWORD

SILENCED = {"security.W005", "security.W008", "security.W021"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/account/login/", "/healthz", "/no-such-page/", "/help/", "/"])
def test_every_answer_says_what_a_browser_may_do(client, path):
    answer = client.get(path)
    assert "'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "nonce" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    policy = answer["Permissions-Policy"]
    assert {"camera=()", "geolocation=()", "usb=()"} <= set(policy.split(", "))
    assert set(re.findall(r"([\w-]+)=\(self\)", policy)) == {
        "publickey-credentials-create",
        "publickey-credentials-get",
    }


@pytest.mark.django_db
def test_nothing_that_a_signed_in_person_gets_is_kept(client, dana, signed_in):
    site = signed_in(dana)
    for path in ("/", "/account/", "/no-such-page/", "/help/"):
        assert "no-store" in site.get(path)["Cache-Control"], path
    assert "no-store" in site.post("/account/logout/")["Cache-Control"]
    assert "no-store" not in client.get("/help/").headers.get("Cache-Control", "")


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_refused(client):
    assert client.get("/account/login/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.django_db
def test_signing_in_takes_a_new_session(client, dana):
    """Whoever planted a session in the browser before holds nothing afterwards."""
    client.get("/account/login/")
    client.session["planted"] = True
    before = client.session.session_key
    client.post("/account/login/", {"login": dana.email, "password": PASSWORD})
    assert client.session[SESSION_KEY] == str(dana.pk)
    assert client.session.session_key != before
    assert client.cookies["sessionid"].value != before


def deployed(program: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The settings of an installation behind https, in a process of their own."""
    ours = {"PUBLIC_URL": "https://guide.example", "ALLOWED_HOSTS": "guide.example"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=BASE_DIR,
        env={**os.environ, **ours, **more},
        capture_output=True,
        text=True,
    )


def test_the_deployment_check_is_clean():
    program = (
        "import django; django.setup(); from django.core.management import call_command;"
        "call_command('check', deploy=True, fail_level='WARNING', databases=[])"
    )
    done = deployed(program)
    assert done.returncode == 0, done.stderr
    silenced = re.search(r"\((\d+) silenced\)", done.stdout + done.stderr)
    assert silenced
    assert int(silenced[1]) == len(SILENCED) == len(settings.SILENCED_SYSTEM_CHECKS)
    assert set(settings.SILENCED_SYSTEM_CHECKS) == SILENCED


def test_behind_https_cookies_and_transport_are_strict():
    program = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY, s.SECURE_HSTS_SECONDS, s.DEBUG)"
    )
    assert deployed(program).stdout.split() == ["True", "True", "True", "True", "31536000", "False"]


@pytest.mark.parametrize(
    ("proxies", "believed"), [("0", "None"), ("1", "('HTTP_X_FORWARDED_PROTO', 'https')")]
)
def test_a_scheme_that_anyone_can_send_is_believed_only_behind_a_proxy(proxies, believed):
    program = "from django.conf import settings as s; print(s.SECURE_PROXY_SSL_HEADER)"
    assert deployed(program, TRUSTED_PROXY_COUNT=proxies).stdout.strip() == believed
