"""A key is kept for one person alone, and printed nowhere."""

from __future__ import annotations

import json
import stat
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from cli.ends import End
from teams.acting import tokens
from teams.models import ApiToken, User
from tests.cli.conftest import MakeKey
from tests.cli.terminal import Terminal
from tests.wizard.harness import SetupHarness

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_logs_in_once_and_the_key_is_for_them_alone(
    bare: Terminal, live_server: LiveServer, dana: User, key: MakeKey
) -> None:
    _row, secret = key(dana)
    said = bare.run("login", live_server.url, typed=f"{secret}\n")
    assert said.end == End.DONE, said.err
    assert "Dana Whitfield" in said.out
    assert stat.S_IMODE(bare.kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(bare.kept.parent.stat().st_mode) == 0o700
    later = bare.run("orgs")
    assert (later.end, secret in said.out + said.err + later.out + later.err) == (End.DONE, False)
    assert bare.run("logout").end == End.DONE
    assert secret not in bare.kept.read_text()
    assert bare.run("orgs").end == End.NOT_LET_IN


def test_a_wrong_key_is_not_kept(bare: Terminal, live_server: LiveServer) -> None:
    for typed in ("cg_nonsense\n", "with blanks in it\n", "\n", ""):
        said = bare.run("login", live_server.url, typed=typed)
        assert said.end == End.NOT_LET_IN, said.out
        assert not (typed.strip() and typed.strip() in said.err)
    assert not bare.kept.exists()


def test_an_address_to_which_no_key_is_sent_is_refused_in_words(bare: Terminal) -> None:
    for address in (
        "http://guide.example.com",
        "ftp://localhost",
        "https://user:pw@guide.example",
        "https://",
    ):
        said = bare.run("login", address, typed="cg_key\n")
        assert said.end == End.USAGE, said.out
        assert "https" in said.err


def test_a_key_that_others_may_read_is_not_used(
    bare: Terminal, live_server: LiveServer, dana: User, key: MakeKey
) -> None:
    bare.run("login", live_server.url, typed=key(dana)[1])
    bare.kept.chmod(0o644)
    said = bare.run("orgs")
    assert said.end == End.NOT_LET_IN
    assert "chmod 600" in said.err
    bare.kept.chmod(0o600)
    bare.kept.write_text(json.dumps([1]))
    assert "not as we wrote it" in bare.run("orgs").err


def test_a_key_that_is_over_says_where_to_make_one(
    terminal: Terminal, ready: SetupHarness, live_server: LiveServer
) -> None:
    row = ApiToken.objects.get()
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(days=1))
    said = terminal.run("orgs")
    assert (said.end, "token_expired" in said.err) == (End.NOT_LET_IN, True)
    assert f"{live_server.url}/team/tokens/" in said.err
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    tokens.revoke(row)
    said = terminal.run("orgs")
    assert (said.end, "token_revoked" in said.err) == (End.NOT_LET_IN, True)


def test_a_netrc_does_not_go_before_the_key(terminal: Terminal, ready: SetupHarness) -> None:
    netrc = terminal.home / ".netrc"
    netrc.write_text("machine localhost login somebody password else\n")
    netrc.chmod(0o600)
    assert terminal.run("orgs").end == End.DONE
