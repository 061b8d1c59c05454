"""Run a program whose addresses are all https against the stand-in, which speaks no TLS.

`without_tls.py http://localhost:8001 tap-salesforce --config ...`: what is for https://<the stand-in>, or for
login.salesforce.com, goes to the stand-in as plain http; nothing else of a request changes.
"""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter


def redirect_requests(stand_in: str) -> None:
    whole: Callable[..., Response] = HTTPAdapter.send
    # CumulusCI puts https:// before an address that begins with http://; requests cleans that up in part.
    host = re.escape(stand_in.removeprefix("http://"))
    secure = re.compile(rf"https://(?:(?:http:?/+)?{host}|login\.salesforce\.com)")

    def send(self: HTTPAdapter, request: PreparedRequest, *args: Any, **more: Any) -> Response:
        assert request.url is not None
        request.url = secure.sub(stand_in, request.url, count=1)
        return whole(self, request, *args, **more)

    HTTPAdapter.send = send  # type: ignore[method-assign]


if __name__ == "__main__":
    redirect_requests(sys.argv[1])
    del sys.argv[:2]
    runpy.run_path(str(Path(sys.executable).parent / sys.argv[0]), run_name="__main__")
