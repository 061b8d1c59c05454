"""Where a client goes on: a plain https address of a named host, or none."""

from __future__ import annotations

import pytest

from wizard.guests.return_address import NotAllowed, checked, host_of

TAKEN = (
    "",
    "https://app.partner.example/done?setup=1#end",
    "https://partner.example:8443/",
    "https://xn--mnchen-3ya.example/",
)
REFUSED = (
    "http://partner.example/",
    "javascript:alert(1)",
    "//partner.example/",
    "/team/",
    "https://",
    "https://localhost/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://login.salesforce.com@evil.example/",
    "https://partner.example\\@evil.example/",
    "https://partner.example/a b",
    "https://partner.example/\r\nX: 1",
    'https://partner.example/"><script>',
    "https://pärtner.example/",
    "https://partner.example:port/",
    "https://partner.example/" + "x" * 500,
)


def test_a_plain_address_is_taken_as_it_is() -> None:
    assert [each for each in TAKEN if checked(each) != each] == []
    assert host_of("https://partner.example:8443/x") == "partner.example"


@pytest.mark.parametrize("address", REFUSED)
def test_anything_else_is_refused(address: str) -> None:
    with pytest.raises(NotAllowed):
        checked(address)
