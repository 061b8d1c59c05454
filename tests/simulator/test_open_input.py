"""Whatever is sent: no redirect leaves the stand-in, no XML does more than be refused."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.client_apps import OURS
from simulator.metadata_soap.safe_xml import BadXml, parse
from simulator.metadata_soap.write_xml import answer, element, fault
from simulator.policies import (
    IP_RELAXATION,
    PERMITTED,
    REFRESH_TOKEN,
    UNITS,
    Policies,
    PolicyProblem,
    current,
    save,
)
from simulator.scenarios import create
from simulator.web.browser import local_path
from simulator.world import World

ADDRESSES = st.text(alphabet=st.sampled_from("/\\:@?#.%ahtpevil[]\t\n \u2028"), max_size=30) | st.text(
    max_size=30
)


@given(ADDRESSES)
@example("//evil.example")
@example("/\t/evil.example")
@example("/\\evil.example")
def test_a_start_address_stays_on_the_host(text: str) -> None:
    target = urljoin("http://127.0.0.1:8001/login", local_path(text))
    assert urlsplit(target).netloc == "127.0.0.1:8001"


@given(ADDRESSES.map(lambda text: f"http://{text}/orgs/callback/"))
@example("http://127.0.0.1@evil.example/orgs/callback/")
@example("http://127.0.0.1:8000/orgs/callback/")
def test_a_callback_that_is_allowed_is_on_loopback(uri: str) -> None:
    if OURS.takes(uri):
        assert urlsplit(uri).hostname in {"127.0.0.1", "localhost", "::1"}
        assert "@" not in urlsplit(uri).netloc


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
@example(b"")
def test_xml_is_read_or_refused(raw: bytes) -> None:
    try:
        root = parse(raw)
    except BadXml:
        return
    assert isinstance(root, Element)


@given(
    st.text(
        alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")
    )
)
def test_any_text_comes_back_from_the_xml_that_we_write(text: str) -> None:
    root = parse(answer("readMetadata", element("result", {"label": text})).encode())
    assert "".join(root.itertext()) == text
    assert text in "".join(parse(fault("CODE", text).encode()).itertext())


@settings(deadline=None)  # each case makes an org
@given(
    st.sampled_from([*PERMITTED, "nobody"]),
    st.sampled_from([*IP_RELAXATION, "enforceIpRanges"]),
    st.sampled_from([*REFRESH_TOKEN, "ImmediatelyExpire"]),
    st.integers(-1, 400),
    st.sampled_from([*UNITS, "YEARS"]),
)
def test_policies_are_refused_or_read_back_as_saved(
    permitted: str, ip: str, refresh: str, amount: int, unit: str
) -> None:
    try:
        wanted = Policies(permitted, ip, refresh, amount, unit)
    except PolicyProblem:
        return
    org = create(World(), "fresh", name="Round trip", people=0)
    save(org, org.app_id, wanted, org.admin_id)
    app = org.get(org.app_id)
    assert app is not None
    found = current(app)
    assert (found.permitted_label, found.ip_label) == (wanted.permitted_label, wanted.ip_label)
    assert found.refresh_value == wanted.refresh_value
