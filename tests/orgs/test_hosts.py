from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.hosts import PAGES, HostMismatch, HostRefused, check_login_host, check_returned, deep_link

STAND_IN = ["http://127.0.0.1:8001"]
ORG = "00D5g000008XYZaEAO"
USER = "0055g00000AbCdEAAV"


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("login.salesforce.com", "https://login.salesforce.com"),
        ("https://test.salesforce.com/", "https://test.salesforce.com"),
        ("acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        ("  HTTPS://Acme.MY.Salesforce.com.  ", "https://acme.my.salesforce.com"),
        ("https://acme.lightning.force.com/lightning/page/home", "https://acme.my.salesforce.com"),
        ("https://acme.my.salesforce-setup.com/lightning/setup/x?a=b#c", "https://acme.my.salesforce.com"),
        ("acme--uat.sandbox.my.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("https://acme--uat.sandbox.lightning.force.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme--uat.sandbox.my.salesforce-setup.com/x", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme-dev-ed.develop.my.salesforce.com", "https://acme-dev-ed.develop.my.salesforce.com"),
        ("http://acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        ("acme", "https://acme.my.salesforce.com"),
        ("acme--uat", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme.my.salesforce.mil", "https://acme.my.salesforce.mil"),
        ("acme.lightning.crmforce.mil", "https://acme.my.salesforce.mil"),
        (
            "https://acme.my.salesforce.com/secur/frontdoor.jsp?retURL=https://evil.com",
            "https://acme.my.salesforce.com",
        ),
    ],
)
def test_every_form_that_people_paste_gives_the_login_origin(typed: str, origin: str) -> None:
    assert check_login_host(typed) == origin


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("a" * 301, "too_long"),
        ("evil.com", "not_salesforce"),
        ("https://evil.com/?u=https://acme.my.salesforce.com", "not_salesforce"),
        ("https://evil.com/acme.my.salesforce.com", "not_salesforce"),
        ("https://evil.com#.my.salesforce.com", "not_salesforce"),
        ("salesforce.com.evil.com", "not_salesforce"),
        ("acme.my.salesforce.com.evil.com", "not_salesforce"),
        ("evilmy.salesforce.com", "not_a_login_host"),
        ("evil-my.salesforce.com.co", "not_salesforce"),
        ("acme.mysalesforce.com", "not_salesforce"),
        ("acme.my-salesforce.com", "not_salesforce"),
        (".my.salesforce.com", "not_a_login_host"),
        ("a.b.c.my.salesforce.com", "not_a_login_host"),
        ("-acme.my.salesforce.com", "not_a_login_host"),
        ("https://login.salesforce.com@evil.com", "user_info"),
        ("https://user:pw@acme.my.salesforce.com", "user_info"),
        ("acme.my.salesforce.com:8443", "port"),
        ("acme.my.salesforce.com:", "port"),
        ("acme.my.salesforce.com:99999", "not_an_address"),
        ("127.0.0.1", "ip_address"),
        ("http://169.254.169.254/latest", "ip_address"),
        ("https://[::1]/", "ip_address"),
        ("2130706433", "ip_address"),
        ("0x7f.1", "ip_address"),
        ("localhost", "not_salesforce"),
        ("xn--cme-8la.my.salesforce.com", "punycode"),
        ("acmé.my.salesforce.com", "not_ascii"),
        ("аcme.my.salesforce.com", "not_ascii"),  # a Cyrillic a
        ("acme。my。salesforce。com", "not_ascii"),
        ("acme.my.salesforce.com\\@evil.com", "not_an_address"),
        ("acme.my.salesforce.com\tx", "not_an_address"),
        ("https://", "not_an_address"),
        ("https://[::1", "not_an_address"),
        ("javascript://acme.my.salesforce.com/%0aalert(1)", "scheme"),
        ("ftp://acme.my.salesforce.com", "scheme"),
        ("na1.salesforce.com", "instance_host"),
        ("www.salesforce.com", "not_a_login_host"),
        ("acme.my.site.com", "not_salesforce"),
        ("http://127.0.0.1:8001", "port"),
    ],
)
def test_a_wrong_or_hostile_address_is_refused_with_the_reason(typed: str, code: str) -> None:
    with pytest.raises(HostRefused) as refused:
        check_login_host(typed, extra_origins=[])
    assert refused.value.code == code


@given(
    st.one_of(
        st.text(max_size=60),
        st.from_regex(r"(https?://)?[a-z0-9.@:/\\-]{1,40}(\.my)?\.salesforce\.com[a-z0-9.@:/]{0,20}"),
    )
)
def test_whatever_is_typed_only_an_exact_salesforce_origin_comes_out(text: str) -> None:
    try:
        origin = check_login_host(text, extra_origins=[])
    except HostRefused:
        return
    parts = urlsplit(origin)
    assert parts.scheme == "https"
    assert (parts.path, parts.query, parts.fragment) == ("", "", "")
    assert parts.username is None
    assert parts.port is None
    assert origin.endswith((".salesforce.com", ".salesforce.mil", ".sfcrmproducts.cn"))
    assert check_login_host(origin, extra_origins=[]) == origin


def test_an_extra_origin_is_allowed_exactly() -> None:
    assert check_login_host("http://127.0.0.1:8001/", extra_origins=STAND_IN) == "http://127.0.0.1:8001"
    assert check_login_host("http://127.0.0.1:8001/some/page", extra_origins=STAND_IN) == STAND_IN[0]
    for other in (
        "http://127.0.0.1:8002",
        "https://127.0.0.1:8001",
        "http://127.0.0.1",
        "http://x@127.0.0.1:8001",
    ):
        with pytest.raises(HostRefused):
            check_login_host(other, extra_origins=STAND_IN)


def test_plain_http_is_allowed_on_loopback_only() -> None:
    with pytest.raises(HostRefused, match="not_https"):
        check_login_host("http://stand-in.example", extra_origins=["http://stand-in.example"])
    secure = "https://stand-in.example"
    assert check_login_host(secure, extra_origins=[secure]) == secure


def identity(origin: str) -> str:
    return f"{origin}/id/{ORG}/{USER}"


@pytest.mark.parametrize(
    ("asked", "instance", "identity_at"),
    [
        ("https://login.salesforce.com", "https://acme.my.salesforce.com", "https://login.salesforce.com"),
        ("https://login.salesforce.com", "https://na1.salesforce.com", "https://login.salesforce.com"),
        (
            "https://test.salesforce.com",
            "https://a--u.sandbox.my.salesforce.com",
            "https://test.salesforce.com",
        ),
        ("https://acme.my.salesforce.com", "https://acme.my.salesforce.com", "https://login.salesforce.com"),
        (
            "https://acme.my.salesforce.com",
            "https://acme.my.salesforce.com",
            "https://acme.my.salesforce.com",
        ),
        (STAND_IN[0], STAND_IN[0], STAND_IN[0]),
    ],
)
def test_hosts_that_belong_together_are_believed(asked: str, instance: str, identity_at: str) -> None:
    found = check_returned(asked, instance, identity(identity_at))
    assert found == (instance, ORG, USER)


@pytest.mark.parametrize(
    ("asked", "instance", "identity_url"),
    [
        (
            "https://acme.my.salesforce.com",
            "https://other.my.salesforce.com",
            identity("https://login.salesforce.com"),
        ),
        (
            "https://acme.my.salesforce.com",
            "http://acme.my.salesforce.com",
            identity("https://login.salesforce.com"),
        ),
        ("https://login.salesforce.com", "https://evil.com", identity("https://login.salesforce.com")),
        (
            "https://login.salesforce.com",
            "https://acme.my.salesforce.com.evil.com",
            identity("https://login.salesforce.com"),
        ),
        ("https://login.salesforce.com", "https://acme.my.salesforce.com", identity("https://evil.com")),
        (
            "https://login.salesforce.com",
            "https://acme.my.salesforce.com",
            identity("https://test.salesforce.com"),
        ),
        (
            "https://login.salesforce.com",
            "https://x@acme.my.salesforce.com",
            identity("https://login.salesforce.com"),
        ),
        (
            "https://login.salesforce.com",
            "https://acme.my.salesforce.com:8443",
            identity("https://login.salesforce.com"),
        ),
        ("https://login.salesforce.com", STAND_IN[0], identity(STAND_IN[0])),
        (STAND_IN[0], "https://acme.my.salesforce.com", identity(STAND_IN[0])),
        (STAND_IN[0], STAND_IN[0], identity("https://login.salesforce.com")),
        (
            "https://login.salesforce.com",
            "https://acme.my.salesforce.com",
            "https://login.salesforce.com/id/x/y",
        ),
        ("https://login.salesforce.com", "https://acme.my.salesforce.com", ""),
        ("https://login.salesforce.com", "https://[::1", identity("https://login.salesforce.com")),
    ],
)
def test_a_mixed_up_answer_is_refused(asked: str, instance: str, identity_url: str) -> None:
    with pytest.raises(HostMismatch):
        check_returned(asked, instance, identity_url)


@pytest.mark.parametrize("classic", [False, True])
@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_page_has_a_link_into_the_org(page: str, classic: bool) -> None:
    needed = PAGES[page]
    link = deep_link(
        "https://acme.my.salesforce.com", page, {needed: "0H4Dn000000HO96KAG"} if needed else {}, classic
    )
    parts = urlsplit(link)
    assert parts.netloc == "acme.my.salesforce.com"
    assert parts.path.startswith("/")
    assert ("0H4Dn000000HO96KAG" in link) == bool(needed)


def test_a_wrapped_page_carries_its_classic_address() -> None:
    link = deep_link("https://acme.my.salesforce.com", "connected_app", {"app_id": "0H4Dn000000HO96KAG"})
    address = "/app/mgmt/forceconnectedapps/forceAppDetail.apexp?connectedAppId=0H4Dn000000HO96KAG"
    assert parse_qs(urlsplit(link).query)["address"] == [address]


@pytest.mark.parametrize("record", ["", "../x", "0H4", "0H4Dn000000HO96KAG&x=1", "javascript:alert(1)"])
def test_only_a_record_id_gets_into_a_link(record: str) -> None:
    with pytest.raises(ValueError, match="record id"):
        deep_link("https://acme.my.salesforce.com", "user", {"id": record})


def test_an_unknown_page_is_an_error() -> None:
    with pytest.raises(KeyError):
        deep_link("https://acme.my.salesforce.com", "frontdoor")
