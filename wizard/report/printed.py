"""The report as one file by itself: a page that needs nothing else, and that page as a PDF."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.template.loader import render_to_string

from wizard.models import Setup
from wizard.report import build

WAIT = 30  # seconds for the printing of others to end
_one_at_a_time = threading.Lock()  # a report takes a processor for a second or two


class CannotPrint(Exception):
    """This machine lacks the libraries that lay a page out (README.md, "Dependencies")."""


class Busy(Exception):
    """Others' reports are being printed."""


def as_html(setup: Setup) -> str:
    """Everything open, with its own styles."""
    ctx = {"setup": setup, "org": setup.org, "report": build.build(setup), "is_file": True}
    return render_to_string("wizard/report.html", ctx)


def as_pdf(setup: Setup) -> bytes:
    write = _printer()
    html = as_html(setup)
    if not _one_at_a_time.acquire(timeout=WAIT):
        raise Busy
    try:
        return write(html)
    finally:
        _one_at_a_time.release()


def _printer() -> Callable[[str], bytes]:
    """WeasyPrint, once it is needed: its import loads Pango, which not every machine has."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as missing:
        raise CannotPrint(str(missing)) from missing

    def write(html: str) -> bytes:
        nothing = URLFetcher(allowed_protocols=())  # the page needs nothing, so nothing is fetched
        written: bytes = HTML(string=html, url_fetcher=nothing).write_pdf(pdf_variant="pdf/ua-1")
        return written

    return write
