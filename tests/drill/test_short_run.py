"""A short run of `make drill`: packages are lent, one process is killed; the rest is as in the long one."""

from __future__ import annotations

import os
import re

from tests.commands.checkout import make
from tests.drill.document import chapter, lines

OF_A_RUN = (
    "installed: ready",
    "speaks HTTP/2",
    "a second factor, and led to /",
    "38 of 38 lines done",
    "worker killed: at work again",
    "none wrote into the code",
    "each JSON",
)


def test_an_installation_by_the_document_works_and_withstands_a_kill() -> None:
    if os.geteuid() != 0:
        assert "start it as root" in make("drill", "--help")
        return
    said = make("drill", "--short").partition("What the drill did:")[2]
    (block,) = chapter("On Debian, without Docker")
    typed = dict.fromkeys(re.findall(r"\$ (.*)", said))  # told as it happens, and at the end
    assert len(typed) == len(lines(block))
    assert [words for words in OF_A_RUN if words not in said] == []
