from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from config.env import HOW_TO_MAKE, Environment, database, origin, redis_tls


def test_every_missing_variable_is_named_at_once_with_a_way_to_make_it():
    env = Environment({})
    env.required("SECRET_KEY", None)
    env.required("TOKEN_KEYS", None)
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.refuse_if_missing()
    for name in ("SECRET_KEY", "TOKEN_KEYS"):
        assert name in str(refusal.value)
        assert HOW_TO_MAKE[name] in str(refusal.value)


def test_a_blank_value_counts_as_missing():
    env = Environment({"SECRET_KEY": "  "})
    env.required("SECRET_KEY", None)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        env.refuse_if_missing()


def test_nothing_missing_is_no_refusal():
    env = Environment({"SECRET_KEY": "x"})
    assert env.required("SECRET_KEY", None) == "x"
    env.refuse_if_missing()


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("Yes", True), ("0", False), ("", False)])
def test_a_flag_is_read_in_the_usual_spellings(value, meaning):
    assert Environment({"DEBUG": value}).flag("DEBUG", default=not meaning) is meaning


def test_a_flag_that_says_neither_is_refused():
    with pytest.raises(ImproperlyConfigured, match="DEBUG must be 1 or 0"):
        Environment({"DEBUG": "perhaps"}).flag("DEBUG")


@pytest.mark.parametrize("value", ["eighty", "-1", "8000.5", "²"])
def test_a_port_that_is_no_number_is_refused_by_name(value):
    with pytest.raises(ImproperlyConfigured, match="PORT must be a whole number"):
        Environment({"PORT": value}).number("PORT", 8000)


def test_a_database_address_becomes_settings():
    found: Any = database("postgres://ann:p%40ss@db.example.com:6543/guide?sslmode=require")
    assert found["USER"] == "ann"
    assert found["PASSWORD"] == "p@ss"
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example.com", "6543", "guide")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["connect_timeout"] == "5"
    patient: Any = database("postgres://h/n?connect_timeout=9")
    assert patient["OPTIONS"]["connect_timeout"] == "9"


def test_a_database_address_may_name_a_socket_folder():
    assert database("postgresql://postgres:@/postgres?host=/tmp/pg")["HOST"] == "/tmp/pg"


@pytest.mark.parametrize("url", ["sqlite:///x", "mysql://h/x", "", "localhost:5432"])
def test_another_kind_of_database_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="postgres://"):
        database(url)


@pytest.mark.parametrize(
    "url", ["guide.example.com", "ftp://x", "https://x/path", "https://x?y=1", "https://"]
)
def test_an_address_that_is_no_origin_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL must be an origin"):
        origin("PUBLIC_URL", url)


def test_an_origin_loses_its_last_slash():
    assert origin("PUBLIC_URL", "https://guide.example.com/") == "https://guide.example.com"


SECRET = "hunter2"
READERS = {"DATABASE_URL": (database, "postgres"), "REDIS_URL": (lambda url: redis_tls(url, ""), "rediss")}


@pytest.mark.parametrize("name", sorted(READERS))
@pytest.mark.parametrize("char", ["#", "/", "?", "[", "]", "%", " ", "%zz", "%cafe", "#/", "?@"])
def test_a_password_with_a_reserved_character_is_refused_and_never_shown(name, char):
    read, scheme = READERS[name]
    with pytest.raises(ImproperlyConfigured) as refused:
        read(f"{scheme}://guide:{SECRET}{char}{SECRET}@db.example.com:5432/guide")
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert "percent-encoded" in str(refused.value)
    assert name in str(refused.value)


@pytest.mark.parametrize("char", ["#", "/", "?", "[", "@", ":", "%", " ", "\u00e9"])
def test_percent_encoded_every_password_is_read(char):
    from urllib.parse import quote

    password = f"{SECRET}{char}{SECRET}"
    assert database(f"postgres://guide:{quote(password, safe='')}@db/guide")["PASSWORD"] == password


@pytest.mark.parametrize("url", [f"{SECRET}:x@h/n", f"mysql://u:{SECRET}@h/n", f"//u:{SECRET}@h"])
def test_no_refusal_shows_what_stood_in_the_address(url):
    for read, _scheme in READERS.values():
        with pytest.raises(ImproperlyConfigured) as refused:
            read(url)
        assert SECRET not in str(refused.value)


@pytest.mark.parametrize("url", [f"https://u:{SECRET}@h/x", f"https://u:{SECRET}#x@h", f"https://h:{SECRET}"])
def test_an_origin_with_a_password_is_refused_without_showing_it(url):
    with pytest.raises(ImproperlyConfigured) as refused:
        origin("PUBLIC_URL", url)
    assert "@" not in url or SECRET not in str(refused.value)


def test_the_certificate_of_a_rediss_server_is_checked_unless_nothing_is_encrypted():
    assert redis_tls("redis://h:6379/0", "") == {}
    checked = redis_tls("rediss://default:secret@redis.example:6380/0", "")
    assert (checked["ssl_cert_reqs"], checked["ssl_check_hostname"]) == ("required", True)


@pytest.mark.parametrize("query", ["ssl_cert_reqs=none", "ssl_cert_reqs=CERT_NONE", "ssl_check_hostname=0"])
def test_no_address_turns_the_checking_off(query):
    with pytest.raises(ImproperlyConfigured, match="REDIS_CA_FILE"):
        redis_tls(f"rediss://h:6380/0?{query}", "")


@given(st.text(max_size=40).map("postgres://u:{}".format))
def test_no_database_address_fails_in_another_way(url):
    try:
        database(url)
    except ImproperlyConfigured:
        return


@given(st.text(max_size=40))
def test_no_text_makes_the_readers_fail_in_another_way(text):
    for read in (database, lambda value: origin("PUBLIC_URL", value)):
        try:
            read(text)
        except ImproperlyConfigured:
            continue


@given(st.text(max_size=60))
def test_a_list_has_no_blank_words(text):
    assert all(word.strip() == word != "" for word in Environment({"X": text}).words("X"))


def test_a_further_place_to_sign_in_may_have_a_client_of_its_own():
    from config.env import origin_and_client

    assert origin_and_client("N", "https://a%40b:c%3Ad@one.example") == (
        "https://one.example",
        ("a@b", "c:d"),
    )
    assert origin_and_client("N", "https://one.example/") == ("https://one.example", None)
    for client in (SECRET, f"a:{SECRET}%cafe"):
        with pytest.raises(ImproperlyConfigured) as refused:
            origin_and_client("N", f"https://{client}@one.example")
        assert SECRET not in str(refused.value)
