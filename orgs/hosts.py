"""Which hosts we talk to, and links into an org. The only place that builds a Salesforce URL.

Hosts and suffixes: fact sheet, section 7; pages: section 10.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import SplitResult, quote, unquote, urlsplit

from django.conf import settings

from orgs import domains
from orgs.domains import Kind

PRODUCTION = "https://login.salesforce.com"
SANDBOX = "https://test.salesforce.com"
MAX_LENGTH = 300

_CENTRAL = {"login": PRODUCTION, "test": SANDBOX}
_OWN_PORT = {"https": 443, "http": 80}  # some programs write it where it could be left out
_MAIL_ADDRESS = re.compile(r"[^\s@:/]+@[^\s@:/]+")
_BARE_NAME = re.compile(domains.LABEL, re.ASCII)
#: Bare names that name no org: record ids, and words that only lead to an address or to many.
_NO_ORG = re.compile(r"0[a-z0-9]{14}(?:[a-z0-9]{3})?|https?|www|salesforce|production|sandbox", re.ASCII)
_BROKEN_START = re.compile(r"(?:https?|www)(?!://)[:/]", re.ASCII | re.IGNORECASE)  # https//acme, http:/acme
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_AROUND = " \t\r\n\u00a0\"'`<>\u2018\u2019\u201a\u201c\u201d\u201e\u2039\u203a\u00ab\u00bb(),;"
#: A whole host in a text: not a part of a word, and not what stands before or after an "@".
_HOST_IN_TEXT = re.compile(r"(?<![\w.@-])[a-z0-9-]++(?:\.[a-z0-9-]++)++(?![\w@-])")
_RECORD_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?", re.ASCII)
_IDENTITY = re.compile(r"/id/(00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?)/(005[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?)")


class HostRefused(Exception):
    """An address that we will not send anybody to.

    `code` says why (the words: `orgs.sign_in.messages`); `proposal` is the host that was probably meant.
    """

    def __init__(self, code: str, proposal: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.proposal = proposal


class HostMismatch(Exception):
    """Salesforce answered for another host than the one the person was sent to (mix-up defence)."""

    def __init__(self, asked: str, answered: str) -> None:
        super().__init__(f"asked {asked}, answered by {answered}")
        self.asked = asked
        self.answered = answered


class Identity(NamedTuple):
    origin: str
    org_id: str
    user_id: str


def check_login_host(text: str, *, extra_origins: Sequence[str] | None = None) -> str:
    """The origin to sign in at, from whatever form of the address a person pasted.

    Raises `HostRefused`. The result is always `login.`, `test.` or a My Domain of
    Salesforce, or one of `SALESFORCE_EXTRA_ORIGINS`, and nothing of the path is kept.
    """
    text = _INVISIBLE.sub("", text).strip(_AROUND)
    try:
        return _checked(text, extra_origins)
    except HostRefused as refused:
        raise HostRefused(refused.code, proposal(text)) from None


def _checked(text: str, extra_origins: Sequence[str] | None) -> str:
    if not text:
        raise HostRefused("empty")
    if len(text) > MAX_LENGTH:
        raise HostRefused("too_long")
    if not text.isascii():
        raise HostRefused("not_ascii")
    if re.search(r"[\x00-\x20\x7f\\\\<>\"^`{|}]", text):
        raise HostRefused("not_an_address")
    if (origin := _extra_origin(text, extra_origins)) is not None:
        return origin
    if _BROKEN_START.match(text):
        raise HostRefused("not_an_address")
    host = _hostname(text)
    # Only what was typed as a name alone is one: https://intranet/blocked is of somebody's network.
    return _named_origin(host) if text.rstrip("./").lower() == host else _salesforce_origin(host)


def proposal(text: str) -> str:
    """The first sign-in host that some part of `text` tells, or nothing: to be shown, never gone to."""
    plain = unicodedata.normalize("NFKC", unquote(text)).lower().replace("\u3002", ".")
    for host in _HOST_IN_TEXT.findall(plain):
        if any(label.startswith("xn--") for label in host.split(".")):
            continue
        for central in (PRODUCTION, SANDBOX):
            if f"https://{host}.".startswith(f"{central}."):  # a company's proxy may add its ending here too
                return central.removeprefix("https://")
        if found := domains.domain_of(host).my_domain or domains.without_foreign_ending(host):
            return found
        if found := domains.mistyped(host):
            return found
    return ""


def _extra_origin(text: str, extra_origins: Sequence[str] | None) -> str | None:
    allowed = settings.SALESFORCE_EXTRA_ORIGINS if extra_origins is None else extra_origins
    parts = _split(text)
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    if origin not in {url.rstrip("/").lower() for url in allowed}:
        return None
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise HostRefused("not_https")
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        raise HostRefused("not_an_address")
    return origin


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        _ = parts.port  # raises for a port that is none
    except ValueError:
        raise HostRefused("not_an_address") from None
    return parts


def _hostname(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in ("http", "https"):
        raise HostRefused("scheme")
    if _MAIL_ADDRESS.fullmatch(text):
        raise HostRefused("mail_address")
    if "@" in parts.netloc:
        raise HostRefused("user_info")
    if ":" in parts.netloc.rpartition("]")[2] and parts.port != _OWN_PORT[parts.scheme]:
        raise HostRefused("port")
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise HostRefused("not_an_address")
    if _is_ip_address(host):
        raise HostRefused("ip_address")
    if any(label.startswith("xn--") for label in host.split(".")):
        raise HostRefused("punycode")
    return host


def _named_origin(name: str) -> str:
    """For an org's bare name, or an address without a scheme."""
    if name in _CENTRAL:
        return _CENTRAL[name]
    if name == "localhost" or not _BARE_NAME.fullmatch(name):
        return _salesforce_origin(name)
    if _NO_ORG.fullmatch(name):
        raise HostRefused("not_an_address")
    return f"https://{domains.domain_of(f'{name}.my.salesforce.com').my_domain}"


def _salesforce_origin(host: str) -> str:
    origin = f"https://{host}"
    if origin in (PRODUCTION, SANDBOX):
        return origin
    domain = domains.domain_of(host)
    if domain.kind is Kind.ORG:
        return f"https://{domain.my_domain}"
    if domain.kind is Kind.SITE:
        raise HostRefused("site_host")
    if domain.kind is Kind.INSTANCE:
        raise HostRefused("instance_host")
    if domain.kind is Kind.OTHER:
        raise HostRefused("not_a_login_host")
    raise HostRefused("not_salesforce")


def _is_ip_address(host: str) -> bool:
    """Every form that a resolver takes for an address: 1.2.3.4, [::1], 2130706433, 0x7f.1."""
    try:
        ipaddress.ip_address(host)
        return True
    except ValueError:
        return all(re.fullmatch(r"\d+|0x[0-9a-f]*", label) for label in host.split("."))


def place_of(origin: str) -> str:
    """Who speaks there: "Salesforce" for all of its own, else the origin itself."""
    ours = domains.domain_of(urlsplit(origin).hostname or "").kind is Kind.ORG
    return "Salesforce" if ours or origin in (PRODUCTION, SANDBOX) else origin.lower()


def is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_ip_address(host) and host in ("127.0.0.1", "::1"))


def check_returned(login_origin: str, instance_url: str, identity_url: str) -> Identity:
    """Whose org the token is for, once every returned host fits the host that we asked.

    The authorization servers differ (production, sandbox, My Domain), so a mixed-up
    answer must not make us send a token elsewhere (RFC 9700, 4.4). Raises `HostMismatch`.
    """
    origin, identity_origin = _origin_of(instance_url), _origin_of(identity_url)
    found = _IDENTITY.fullmatch(urlsplit(identity_url).path) if identity_origin else None
    if found is None:
        raise HostMismatch(login_origin, identity_origin or "?")
    if login_origin in (PRODUCTION, SANDBOX):
        if not _is_my_domain(origin):
            raise HostMismatch(login_origin, origin or "?")
        allowed = {login_origin, origin}
    else:
        if origin != login_origin:
            raise HostMismatch(login_origin, origin or "?")
        # An org's identity URL may name the central login host even when signed in by My Domain.
        allowed = {origin, PRODUCTION, SANDBOX} if _is_my_domain(origin) else {origin}
    if identity_origin not in allowed:
        raise HostMismatch(login_origin, identity_origin or "?")
    return Identity(origin, found[1], found[2])


def _origin_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        if "@" in parts.netloc or "\\" in url:
            return ""
        return f"{parts.scheme}://{parts.netloc}".lower()
    except ValueError:
        return ""


def _is_my_domain(origin: str) -> bool:
    """Whether `origin` is https and exactly a My Domain, or an instance of before My Domain."""
    host = origin.removeprefix("https://")
    return host != origin and (domains.is_instance(host) or domains.is_my_domain(host))


# Deep links: page -> (Lightning path, Classic path or None). Places take a quoted parameter.
# Lightning pages that wrap a Classic page take it in `address=`.


def _wrapped(node: str, classic: str) -> str:
    return f"/lightning/setup/{node}/page?address={quote(classic, safe='')}"


_APP = "/app/mgmt/forceconnectedapps/forceAppDetail.apexp?connectedAppId="
_USER = "?noredirect=1&isUserEntityOverride=1"


def _pages(params: Mapping[str, str]) -> dict[str, tuple[str, str | None]]:
    app, record = params.get("app_id", ""), params.get("id", "")
    return {
        "home": ("/", None),
        "connected_apps": (
            "/lightning/setup/ConnectedApplication/home",
            "/app/mgmt/forceconnectedapps/forceInstalledConnectedAppList.apexp",
        ),
        "connected_app": (_wrapped("ConnectedApplication", _APP + app), _APP + app),
        "connected_apps_usage": ("/lightning/setup/ConnectedAppsUsage/home", None),
        "permission_sets": ("/lightning/setup/PermSets/home", "/0PS"),
        "permission_set": (_wrapped("PermSets", f"/{record}"), f"/{record}"),
        "permission_set_assignments": (
            f"/lightning/setup/PermSets/{record}/PermissionSetAssignment/home",
            f"/{record}",
        ),
        "users": ("/lightning/setup/ManageUsers/home", None),
        "user": (_wrapped("ManageUsers", f"/{record}{_USER}"), f"/{record}{_USER}"),
        "installed_packages": ("/lightning/setup/ImportedPackage/home", "/0A3"),
        "identity_verification": ("/lightning/setup/IdentityVerification/home", None),
        "verification_history": ("/lightning/setup/VerificationHistory/home", None),
        "session_settings": ("/lightning/setup/SecuritySession/home", None),
        "remote_sites": ("/lightning/setup/SecurityRemoteProxy/home", "/0rp"),
        "audit_trail": ("/lightning/setup/SecurityEvents/home", "/setup/org/orgsetupaudit.jsp"),
        "marketing_cloud_tab": ("/lightning/n/et4ae5__ExactTargetPhoenix", "/apex/et4ae5__ETSwitchboard"),
        "marketing_cloud_wizard": ("/apex/et4ae5__MarketingCloudConfiguration", None),
    }


#: Page -> the parameter it needs.
PAGES: dict[str, str | None] = dict.fromkeys(_pages({})) | {
    "connected_app": "app_id",
    "permission_set": "id",
    "permission_set_assignments": "id",
    "user": "id",
}


def deep_link(
    instance_url: str, page: str, params: Mapping[str, str] | None = None, classic: bool = False
) -> str:
    """The address of a page in this org; Lightning's where there is no known Classic one.

    Raises `KeyError` for a page that isn't known and `ValueError` for what is no record id.
    """
    needed, params = PAGES[page], params or {}
    if needed and not _RECORD_ID.fullmatch(params.get(needed, "")):
        raise ValueError(f"{page} needs {needed}, a record id")
    lightning, in_classic = _pages(params)[page]
    return instance_url.rstrip("/") + ((in_classic if classic else None) or lightning)


def is_refused_as_callback(address: str) -> bool:
    """Whether Salesforce registers no such Callback URL: plain http is for `localhost` only (N12)."""
    parts = urlsplit(address)
    return parts.scheme != "https" and parts.hostname != "localhost"


def authorize_endpoint(origin: str) -> str:
    return f"{origin}/services/oauth2/authorize"


def token_endpoint(origin: str) -> str:
    return f"{origin}/services/oauth2/token"


def revoke_endpoint(origin: str) -> str:
    return f"{origin}/services/oauth2/revoke"
