from __future__ import annotations

import pytest

from orgs.salesforce.errors import Refused, SessionExpired
from orgs.salesforce.soap import fault_of, local_name, parse_xml, session_envelope

BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
FILE = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'


@pytest.mark.parametrize("content", [BOMB, FILE, b"", b"<x>", b"\xff\xfe", b"<x/><y/>"])
def test_hostile_or_broken_xml_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        parse_xml(content)


def test_a_fault_carries_salesforces_code() -> None:
    fault = (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="urn:x"><e:Body><e:Fault>'
        b"<faultcode>sf:INVALID_SESSION_ID</faultcode><faultstring>Illegal Session</faultstring>"
        b"</e:Fault></e:Body></e:Envelope>"
    )
    assert isinstance(fault_of(fault), SessionExpired)
    assert fault_of(b"<html>down</html>") is None
    assert fault_of(b"down") is None


def test_the_envelope_escapes_the_token() -> None:
    root = parse_xml(session_envelope("<a/>")("00D!<&>"))
    assert [e.text for e in root.iter() if local_name(e) == "sessionId"] == ["00D!<&>"]
