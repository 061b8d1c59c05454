"""Whatever is sent: no redirect leaves the stand-in, no XML does more than be refused."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from hypothesis import example, given
from hypothesis import strategies as st

from simulator.browser import local_path
from simulator.metadata_soap.safe_xml import BadXml, parse
from simulator.metadata_soap.write_xml import answer, element, fault
from simulator.oauth.authorize import allowed_callback
from simulator.policies import PERMITTED, Policies, PolicyProblem

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
    if allowed_callback(uri):
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


@given(
    st.text(max_size=8), st.text(max_size=8), st.text(max_size=20), st.integers(-5, 5), st.text(max_size=6)
)
def test_policies_are_valid_or_refused(permitted: str, ip: str, refresh: str, amount: int, unit: str) -> None:
    try:
        found = Policies(permitted, ip, refresh, amount, unit)
    except PolicyProblem:
        return
    assert found.permitted in PERMITTED
