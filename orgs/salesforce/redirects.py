"""What a redirect means that we do not follow: an org that has moved to another My Domain, or anything else.

A renamed My Domain answers at its old address with a redirect for a while, and ends all sessions and
tokens (news-2026, N11). A token must not go where an answer says, so a person signs in there instead.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from orgs import hosts
from orgs.salesforce.errors import OrgMoved, Refused, SalesforceError


def redirected(asked: str, location: str, status: int) -> SalesforceError:
    """`asked` is the address that answered with a redirect to `location`."""
    origin = _other_login_host(asked, urljoin(asked, location) if location else "")
    if origin:
        return OrgMoved(origin, status=status)
    return Refused("UNEXPECTED_REDIRECT", "We don't follow redirects.", status=status)


def _other_login_host(asked: str, target: str) -> str:
    """The My Domain (or practice org) that `target` is on, if it is another one than that of `asked`.

    A network's own page, as https://proxy/login, is none: no name is completed in a whole address.
    """
    try:
        there = hosts.check_login_host(_origin(target)) if target else ""
        here = _origin(asked)
    except (hosts.HostRefused, ValueError):
        return ""
    return there if there not in ("", here, hosts.PRODUCTION, hosts.SANDBOX) else ""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
