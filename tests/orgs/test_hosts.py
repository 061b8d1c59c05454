from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.domains import FAMILIES, OWNED, Kind, domain_of, is_my_domain, without_foreign_ending
from orgs.hosts import (
    PAGES,
    HostMismatch,
    HostRefused,
    check_login_host,
    check_returned,
    deep_link,
    proposal,
)

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
        ("Acme./", "https://acme.my.salesforce.com"),
        ("00d5g-works", "https://00d5g-works.my.salesforce.com"),
        # Not every name with a number is a server's.
        ("acme1.lightning.force.com", "https://acme1.my.salesforce.com"),
        ("eu45--uat.sandbox.lightning.force.com", "https://eu45--uat.sandbox.my.salesforce.com"),
        ("acme--uat", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme--uat--c", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme.my.salesforce.mil", "https://acme.my.salesforce.mil"),
        ("acme.lightning.crmforce.mil", "https://acme.my.salesforce.mil"),
        ("acme--uat.sandbox.lightning.sfcrmapps.cn", "https://acme--uat.sandbox.my.sfcrmproducts.cn"),
        # Sandboxes of before enhanced domains, with the server that they were on and without.
        (
            "https://acme--uat.cs92.my.salesforce.com/home/home.jsp",
            "https://acme--uat.sandbox.my.salesforce.com",
        ),
        ("acme--uat.my.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme--uat.lightning.force.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme--uat.usa2s.my.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com"),
        # Visualforce pages: the name ends in that of the page's package.
        ("https://acme--c.vf.force.com/apex/x?id=1", "https://acme.my.salesforce.com"),
        (
            "https://acme--uat--et4ae5.sandbox.vf.force.com/apex/y",
            "https://acme--uat.sandbox.my.salesforce.com",
        ),
        ("acme--c.visualforce.com", "https://acme.my.salesforce.com"),
        ("acme--uat--c.cs92.visual.force.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme-dev-ed--c.develop.vf.force.com", "https://acme-dev-ed.develop.my.salesforce.com"),
        # What a file's address, a program or a habit adds.
        ("acme.lightning.force.com:443", "https://acme.my.salesforce.com"),
        ("https://test.salesforce.com:443/", "https://test.salesforce.com"),
        ("http://acme.my.salesforce.com:80/home", "https://acme.my.salesforce.com"),
        ("www.acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        ("www.acme--uat.sandbox.lightning.force.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("acme--uat--c.sandbox.my.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("login", "https://login.salesforce.com"),
        ("test", "https://test.salesforce.com"),
        # As people copy them.
        ("\u200bhttps://acme.my.salesforce.com/\ufeff", "https://acme.my.salesforce.com"),
        ("<https://acme.my.salesforce.com>", "https://acme.my.salesforce.com"),
        ("\u201eacme.my.salesforce.com\u201c,", "https://acme.my.salesforce.com"),
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
        ("acme.my-salesforce.com", "not_a_login_host"),
        ("https://workbench.developerforce.com/login.php", "not_a_login_host"),
        (".my.salesforce.com", "not_a_login_host"),
        ("a.b.c.my.salesforce.com", "not_a_login_host"),
        ("-acme.my.salesforce.com", "not_a_login_host"),
        ("https://login.salesforce.com@evil.com", "user_info"),
        ("https://user:pw@acme.my.salesforce.com", "user_info"),
        ("ana.ruiz@acme.example", "mail_address"),
        ("ana+uat@acme.example", "mail_address"),
        ("http://acme.my.salesforce.com:443", "port"),
        ("acme.my.salesforce.com:8443", "port"),
        ("acme.my.salesforce.com:", "port"),
        ("acme.my.salesforce.com:99999", "not_an_address"),
        ("127.0.0.1", "ip_address"),
        ("http://169.254.169.254/latest", "ip_address"),
        ("https://[::1]/", "ip_address"),
        ("2130706433", "ip_address"),
        ("0x7f.1", "ip_address"),
        ("localhost", "not_salesforce"),
        # A bare name is completed only where nothing else was typed, and where an org may have it.
        *((f"https://{name}/blocked", "not_salesforce") for name in ("intranet", "login", "acme")),
        ("acme/home", "not_salesforce"),
        *((name, "not_an_address") for name in ("http", "HTTPS", "www", "https/", "www.", "sandbox")),
        *((record, "not_an_address") for record in (ORG, ORG[:15], USER, "https//acme")),
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
        ("https://eu45.lightning.force.com/lightning/page/home", "instance_host"),
        ("na139.lightning.force.com", "instance_host"),
        ("ap15.cloudforce.com", "instance_host"),
        ("usa2s.lightning.force.com", "instance_host"),
        ("www.salesforce.com", "not_a_login_host"),
        ("acme.my.site.com", "site_host"),
        ("http://127.0.0.1:8001", "port"),
    ],
)
def test_a_wrong_or_hostile_address_is_refused_with_the_reason(typed: str, code: str) -> None:
    with pytest.raises(HostRefused) as refused:
        check_login_host(typed, extra_origins=[])
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "code", "proposal"),
    [
        ("https://acme.cloudforce.com/", "not_a_login_host", "acme.my.salesforce.com"),
        ("acme.database.com", "not_a_login_host", "acme.my.salesforce.com"),
        ("acme.file.force.com/sfc/servlet", "not_a_login_host", "acme.my.salesforce.com"),
        ("acme--uat--c.cs92.content.force.com", "not_a_login_host", "acme--uat.sandbox.my.salesforce.com"),
        ("acme.cloudforce.mil", "not_a_login_host", "acme.my.salesforce.mil"),
        ("https://acme.my.site.com/s/login", "site_host", "acme.my.salesforce.com"),
        ("https://acme.my.salesforce-sites.com", "site_host", "acme.my.salesforce.com"),
        ("https://acme.builder.salesforce-experience.com", "site_host", "acme.my.salesforce.com"),
        ("acme--uat.sandbox.my.site.com", "site_host", "acme--uat.sandbox.my.salesforce.com"),
        ("acme--uat.sandbox.preview.salesforce-experience.com/x", "site_host",
         "acme--uat.sandbox.my.salesforce.com"),
        ("uat-acme.cs5.force.com", "site_host", ""),  # before enhanced domains: a name of its own
        ("acme.secure.force.com", "site_host", ""),
        ("acme.experience.crmforce.mil", "site_host", "acme.my.salesforce.mil"),
        ("c.na3.visual.force.com", "instance_host", ""),
        ("usa842.sfdc-8tgtt5.salesforce.com", "instance_host", ""),
        ("acme.trailblazer.me", "not_a_login_host", ""),
        ("https://acme.lightning.force.com.mcas.ms/lightning/setup/SetupOneHome/home", "not_salesforce",
         "acme.my.salesforce.com"),
        ("acme--uat.sandbox.my.salesforce.com.eu.mcas.ms", "not_salesforce",
         "acme--uat.sandbox.my.salesforce.com"),
        ("acme--c.vf.force.com.mcas-gov.us", "not_salesforce", "acme.my.salesforce.com"),
        ("https://acme-lightning-force-com.proxy.example.edu/lightning", "not_salesforce",
         "acme.my.salesforce.com"),
        ("acme--uat-sandbox-my-salesforce-com.proxy.example", "not_salesforce",
         "acme--uat.sandbox.my.salesforce.com"),
        ("https://login.salesforce.com.proxy.example", "not_salesforce", "login.salesforce.com"),
        ("acme--uat--c.sandbox.file.force.com", "not_a_login_host", "acme--uat.sandbox.my.salesforce.com"),
        ("https://cloud.marketingcloudapps.com/x", "not_a_login_host", ""),
        ("acme.quip.com", "not_a_login_host", ""),
        ("acme-corp.slack.com", "not_a_login_host", ""),
        ("quip.com.evil.example", "not_salesforce", ""),
        ("https://safelinks.example/?url=https%3A%2F%2Facme.my.salesforce.com%2Fx&data=1", "not_salesforce",
         "acme.my.salesforce.com"),
        ("Our org: https://acme.lightning.force.com/lightning", "not_an_address", "acme.my.salesforce.com"),
        ("acme.my.salesforce.com:8443", "port", "acme.my.salesforce.com"),
        *((f"{start}acme.my.salesforce.com", "not_an_address", "acme.my.salesforce.com")
          for start in ("https//", "https/", "HTTP//", "http:/", "https:", "www/", "www:")),
        ("https://acme.my.salesforce.com/?retURL=" + "x" * 400, "too_long", "acme.my.salesforce.com"),
        ("acme。my。salesforce。com", "not_ascii", "acme.my.salesforce.com"),
        ("аcme.my.salesforce.com", "not_ascii", ""),  # a Cyrillic a
        ("acmé.my.salesforce.com", "not_ascii", ""),
        ("acme_x.my.salesforce.com", "not_a_login_host", ""),
        ("https://acme.my.salesforce.com@evil.com", "user_info", ""),
        ("xn--cme-8la.my.salesforce.com.mcas.ms", "punycode", ""),
        ("evil.com", "not_salesforce", ""),
        ("eu45.lightning.force.com.mcas.ms", "not_salesforce", ""),
        ("acme.my.saleforce.com", "not_salesforce", "acme.my.salesforce.com"),
        ("acme.mysalesforce.com", "not_salesforce", "acme.my.salesforce.com"),
        ("acme--uat.sandbox.my.salesforce.con", "not_salesforce", "acme--uat.sandbox.my.salesforce.com"),
        ("https://acme.lightning.force.co/x", "not_salesforce", "acme.my.salesforce.com"),
        ("acme.salesforce.example", "not_salesforce", ""),
        # Endings of Salesforce, put together as none of its hosts is.
        *((f"https://acme--uat.sandbox.{middle}.force.com/x", "not_a_login_host",
           "acme--uat.sandbox.my.salesforce.com") for middle in ("my", "lightening", "my.lightning")),
        ("acme.my.my.salesforce.com", "not_a_login_host", "acme.my.salesforce.com"),
        ("acme.lightning.salesforce.com", "not_a_login_host", "acme.my.salesforce.com"),
        ("eu45.lightening.force.com", "not_a_login_host", ""),
        ("acme.live.siteforce.com", "site_host", ""),
    ],
)  # fmt: skip
def test_what_can_be_told_from_an_address_is_proposed(typed: str, code: str, proposal: str) -> None:
    with pytest.raises(HostRefused) as refused:
        check_login_host(typed, extra_origins=[])
    assert (refused.value.code, refused.value.proposal) == (code, proposal)


labels = st.from_regex(r"[a-z0-9]([a-z0-9]{0,10}(-[a-z0-9]{1,5})?)?", fullmatch=True).filter(
    lambda label: not re.fullmatch(r"[a-z]{2,3}\d+s?", label)  # may be one of Salesforce's servers
)
partitions = st.sampled_from(["", ".sandbox", ".develop", ".scratch", ".trailblaze", ".demo", ".cs92"])
anything = st.lists(st.text("abz09-", min_size=1, max_size=12), max_size=3).map(".".join)


@given(anything, st.sampled_from([*FAMILIES, *(f".{own}" for own in OWNED)]))
def test_no_address_of_salesforce_is_ever_called_foreign(before: str, suffix: str) -> None:
    assert domain_of(before + suffix).kind is not Kind.FOREIGN


@given(labels, st.one_of(st.none(), labels), partitions, st.sampled_from(sorted(FAMILIES)))
def test_every_documented_suffix_leads_to_the_same_org(
    name: str, sandbox: str | None, where: str, suffix: str
) -> None:
    family = FAMILIES[suffix]
    org = f"{name}--{sandbox}" if sandbox else name
    host = f"{org}{'--c' if family.packaged else ''}{where}{suffix}"
    found = domain_of(host).my_domain
    if not family.login:
        assert found == ""
        return
    stated = where if where != ".cs92" else ""
    assert found == f"{org}{stated or ('.sandbox' if sandbox else '')}{family.login}"
    assert is_my_domain(found)
    assert without_foreign_ending(f"{host}.mcas.ms") == found
    if family.kind is Kind.ORG:
        assert check_login_host(host, extra_origins=[]) == f"https://{found}"


@given(st.text(max_size=80))
def test_only_a_place_to_sign_in_is_ever_proposed(text: str) -> None:
    found = proposal(text)
    assert not found or check_login_host(found, extra_origins=[]) == f"https://{found}"


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


LOGIN, TEST = "https://login.salesforce.com", "https://test.salesforce.com"
ACME, MINE = "https://acme.my.salesforce.com", STAND_IN[0]


@pytest.mark.parametrize(
    ("asked", "instance", "identity_at"),
    [
        (LOGIN, ACME, LOGIN),
        (LOGIN, "https://na1.salesforce.com", LOGIN),
        (TEST, "https://a--u.sandbox.my.salesforce.com", TEST),
        (ACME, ACME, LOGIN),
        (ACME, ACME, ACME),
        (MINE, MINE, MINE),
    ],
)
def test_hosts_that_belong_together_are_believed(asked: str, instance: str, identity_at: str) -> None:
    found = check_returned(asked, instance, identity(identity_at))
    assert found == (instance, ORG, USER)


@pytest.mark.parametrize(
    ("asked", "instance", "identity_url"),
    [
        (ACME, "https://other.my.salesforce.com", identity(LOGIN)),
        (ACME, "http://acme.my.salesforce.com", identity(LOGIN)),
        (LOGIN, "https://evil.com", identity(LOGIN)),
        (LOGIN, f"{ACME}.evil.com", identity(LOGIN)),
        (LOGIN, ACME, identity("https://evil.com")),
        (LOGIN, ACME, identity(TEST)),
        (LOGIN, "https://x@acme.my.salesforce.com", identity(LOGIN)),
        (LOGIN, f"{ACME}:8443", identity(LOGIN)),
        (LOGIN, MINE, identity(MINE)),
        (MINE, ACME, identity(MINE)),
        (MINE, MINE, identity(LOGIN)),
        (LOGIN, ACME, f"{LOGIN}/id/x/y"),
        (LOGIN, ACME, ""),
        (LOGIN, "https://[::1", identity(LOGIN)),
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
