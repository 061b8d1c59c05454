"""In what a Callback URL, as somebody copied it from Salesforce, differs from ours. Pure."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SAME = _("This is our address, letter by letter. Salesforce may need ten minutes until it knows a change.")
_NONE = _("This is no address. Copy the Callback URL from the app's settings in Salesforce.")
_SCHEME = _("It begins with %(theirs)s, and ours with %(ours)s.")
_HOST = _("Its name is %(theirs)s, and ours is %(ours)s.")
_CASE = _("Capital and small letters differ. Copy our address as it is.")
_PORT = _("Its port is %(theirs)s, and ours is %(ours)s.")
_NO_PORT_HERE = _("The port is missing. Ours is %(ours)s.")
_PORT_SURPLUS = _("It names the port %(theirs)s, and ours names none.")
_SLASH_MISSING = _("The slash at its end is missing.")
_SLASH_SURPLUS = _("Its end has a slash too many.")
_PATH = _("After the name it says %(theirs)s, and ours %(ours)s.")
_MORE = _("After the address there is more: %(theirs)s. Remove it.")

Words = str | Promise


def differences(ours: str, pasted: str) -> list[Words]:
    """Each difference in a sentence, of the nearest of the addresses that were pasted."""
    found = [_between(ours, each) for each in pasted.split()]
    return min(found, key=len) if found else [_NONE]


def _between(ours: str, theirs: str) -> list[Words]:
    if theirs == ours:
        return [_SAME]
    try:
        mine, other = urlsplit(ours), urlsplit(theirs)
        ports = _port(mine), _port(other)
    except ValueError:  # "http://[::1", or a port that is no number
        return [_NONE]
    if not other.scheme or not other.hostname:
        return [_NONE]
    found = [
        *_differs(_SCHEME, f"{mine.scheme}:", f"{other.scheme}:"),
        *_differs(_HOST, mine.hostname or "", other.hostname),
        *_ports(*ports),
        *_paths(mine.path, other.path),
        *_more(other),
    ]
    return found or [_CASE]


def _differs(words: Words, ours: str, theirs: str) -> list[Words]:
    return [] if ours == theirs else [str(words) % {"ours": ours, "theirs": theirs}]


def _port(address: SplitResult) -> str:
    return str(address.port) if address.port is not None else ""


def _ports(ours: str, theirs: str) -> list[Words]:
    words = _PORT if ours and theirs else _NO_PORT_HERE if ours else _PORT_SURPLUS
    return _differs(words, ours, theirs)


def _paths(ours: str, theirs: str) -> list[Words]:
    if ours == theirs:
        return []
    if ours.lower() == theirs.lower():
        return [_CASE]
    if theirs == ours.rstrip("/"):
        return [_SLASH_MISSING]
    if theirs.rstrip("/") == ours.rstrip("/"):
        return [_SLASH_SURPLUS]
    return _differs(_PATH, ours, theirs or "/")


def _more(other: SplitResult) -> list[Words]:
    more = f"?{other.query}" if other.query else ""
    more += f"#{other.fragment}" if other.fragment else ""
    return [str(_MORE) % {"theirs": more[:100]}] if more else []
