from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from config.env import HOW_TO_MAKE, Environment, database, origin


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
    found = database("postgres://ann:p%40ss@db.example.com:6543/guide?sslmode=require")
    assert found["USER"] == "ann"
    assert found["PASSWORD"] == "p@ss"
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example.com", "6543", "guide")
    assert found["OPTIONS"] == {"sslmode": "require"}


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
