"""Salesforce's own domains: what kind each host is, and which My Domain it belongs to.

Sources: the fact sheet, section 7 (sign-in, Lightning and setup hosts, `.mil`, China); Salesforce Help, "My
Domain URL Formats" and "Partitioned Domains" (the others, and those of before enhanced domains, whose
redirects ended in Spring '26); "Allow the Required Domains" (what else belongs to Salesforce).
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from enum import Enum, auto
from typing import NamedTuple

LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"


class Kind(Enum):
    ORG = auto()  # an org works at this address, and its sign-in is known
    SITE = auto()  # for the org's customers: Experience Cloud or Salesforce Sites
    OTHER = auto()  # files, former suffixes, and whatever else belongs to Salesforce
    INSTANCE = auto()  # one of Salesforce's servers, which holds many orgs
    FOREIGN = auto()


class Domain(NamedTuple):
    kind: Kind
    my_domain: str = ""  # the host where the org signs in, where the address tells it


class _Family(NamedTuple):
    kind: Kind
    login: str  # the suffix of the org's sign-in; empty: the name says nothing about it
    packaged: bool = False  # the name ends in "--" and a package's: acme--uat--c


_COM, _MIL, _CN = ".my.salesforce.com", ".my.salesforce.mil", ".my.sfcrmproducts.cn"

FAMILIES: dict[str, _Family] = {
    _COM: _Family(Kind.ORG, _COM),
    ".lightning.force.com": _Family(Kind.ORG, _COM),
    ".my.salesforce-setup.com": _Family(Kind.ORG, _COM),
    ".vf.force.com": _Family(Kind.ORG, _COM, packaged=True),
    ".visual.force.com": _Family(Kind.ORG, _COM, packaged=True),
    ".visualforce.com": _Family(Kind.ORG, _COM, packaged=True),
    ".container.force.com": _Family(Kind.ORG, _COM, packaged=True),
    ".container.lightning.com": _Family(Kind.ORG, _COM, packaged=True),
    ".file.force.com": _Family(Kind.OTHER, _COM),
    ".content.force.com": _Family(Kind.OTHER, _COM, packaged=True),
    ".documentforce.com": _Family(Kind.OTHER, _COM, packaged=True),
    ".my.salesforce-scrt.com": _Family(Kind.OTHER, _COM),
    ".cloudforce.com": _Family(Kind.OTHER, _COM),
    ".database.com": _Family(Kind.OTHER, _COM),
    ".my.site.com": _Family(Kind.SITE, _COM),
    ".my.salesforce-sites.com": _Family(Kind.SITE, _COM),
    ".builder.salesforce-experience.com": _Family(Kind.SITE, _COM),
    ".preview.salesforce-experience.com": _Family(Kind.SITE, _COM),
    ".live-preview.salesforce-experience.com": _Family(Kind.SITE, _COM),
    ".live.preview.salesforce-experience.com": _Family(Kind.SITE, _COM),
    ".cdn.salesforce-experience.com": _Family(Kind.SITE, _COM),
    ".builder.salesforce-communities.com": _Family(Kind.SITE, _COM),
    ".preview.salesforce-communities.com": _Family(Kind.SITE, _COM),
    ".livepreview.salesforce-communities.com": _Family(Kind.SITE, _COM),
    # Before enhanced domains a site had a name of its own.
    ".secure.force.com": _Family(Kind.SITE, ""),
    ".site.com": _Family(Kind.SITE, ""),
    ".salesforce-sites.com": _Family(Kind.SITE, ""),
    ".salesforce-experience.com": _Family(Kind.SITE, ""),
    ".salesforce-communities.com": _Family(Kind.SITE, ""),
    ".force.com": _Family(Kind.SITE, ""),
    ".siteforce.com": _Family(Kind.SITE, ""),  # acme.live.siteforce.com; Salesforce's servers name its hosts
    _MIL: _Family(Kind.ORG, _MIL),
    ".lightning.crmforce.mil": _Family(Kind.ORG, _MIL),
    ".lightning.force.mil": _Family(Kind.ORG, _MIL),
    ".my.salesforce-setup.mil": _Family(Kind.ORG, _MIL),
    ".vf.crmforce.mil": _Family(Kind.ORG, _MIL, packaged=True),
    ".vf.force.mil": _Family(Kind.ORG, _MIL, packaged=True),
    ".visual.force.mil": _Family(Kind.ORG, _MIL, packaged=True),
    ".visualforce.mil": _Family(Kind.ORG, _MIL, packaged=True),
    ".file.crmforce.mil": _Family(Kind.OTHER, _MIL),
    ".cloudforce.mil": _Family(Kind.OTHER, _MIL),
    ".experience.crmforce.mil": _Family(Kind.SITE, _MIL),
    _CN: _Family(Kind.ORG, _CN),
    ".my.sfcrmapps.cn": _Family(Kind.ORG, _CN),
    ".lightning.sfcrmapps.cn": _Family(Kind.ORG, _CN),
    ".lightning.sfcrmproducts.cn": _Family(Kind.ORG, _CN),
    ".setup.sfcrmproducts.cn": _Family(Kind.ORG, _CN),
    ".setup.sfcrmapps.cn": _Family(Kind.ORG, _CN),
    ".vf.sfcrmapps.cn": _Family(Kind.ORG, _CN, packaged=True),
    ".visual.sfcrmapps.cn": _Family(Kind.ORG, _CN, packaged=True),
}
LOGIN_SUFFIXES = (_COM, _MIL, _CN)
#: Salesforce's, whatever stands before it.
OWNED = (
    "salesforce.com", "force.com", "salesforce-setup.com", "visualforce.com", "lightning.com",
    "documentforce.com", "cloudforce.com", "database.com", "site.com", "salesforce-sites.com",
    "salesforce-experience.com", "salesforce-communities.com", "salesforce-scrt.com", "salesforce-hub.com",
    "my-salesforce.com", "my-lightning.com", "forceusercontent.com", "force-user-content.com",
    "salesforceliveagent.com", "salesforceiq.com", "salesforce.org", "sfdcopens.com", "sfdcfc.net",
    "sfdcstatic.com", "sfdc.sh", "staticforce.com", "developerforce.com", "trailblazer.me", "trailhead.com",
    "einstein.com", "exacttarget.com", "exacttargetapis.com", "marketingcloud.com", "marketingcloudapis.com",
    "pardot.com", "marketingcloudapps.com", "sfmc-content.com", "my-salesforce-cms.com", "quip.com",
    "slack.com", "tableau.com", "mulesoft.com", "heroku.com", "demandware.net", "evergage.com",
    "salesforce.mil", "crmforce.mil", "force.mil", "cloudforce.mil", "visualforce.mil",
    "salesforce-setup.mil", "sfcrmproducts.cn", "sfcrmapps.cn", "siteforce.com",
)  # fmt: skip
_LONGEST_FIRST = sorted(FAMILIES.items(), key=lambda each: len(each[0]), reverse=True)
_NAME = re.compile(LABEL, re.ASCII)
_OF_ENDINGS = "|".join(sorted({word for suffix in FAMILIES for word in re.findall("[a-z]+", suffix)}))
#: sandbox, develop, scratch, and those still to come.
_PARTITION = re.compile(rf"(?!(?:{_OF_ENDINGS})$)[a-z]{{2,20}}", re.ASCII)
#: Salesforce's own, put together as no host of it is: acme.my.force.com, acme.lightening.force.com.
_MIXED_ENDING = re.compile(r"(?:\.(?:my|light[a-z]{2,7}))+\.(?:sales)?force\.com", re.ASCII)
#: cs92, na1, usa2s: one of Salesforce's servers.
_SERVER = r"[a-z]{2,5}\d+[a-z]?"
_INSTANCE = re.compile(rf"{_SERVER}\.salesforce\.com", re.ASCII)
_INSTANCED = re.compile(
    rf"{_SERVER}(?:\.sfdc-[a-z0-9]+)?\.salesforce\.com"
    rf"|{_SERVER}\.force\.com"
    rf"|(?:[a-z0-9]+\.)?{_SERVER}\.(?:visual|content)\.force\.com",
    re.ASCII,
)
_SERVER_LABEL = re.compile(_SERVER, re.ASCII)
#: The same where an org's name could stand: only names that Salesforce has given to servers (status page).
_SERVER_NAME = re.compile(
    r"(?:na|eu|ap|cs|um|gs)\d{1,3}|(?:usa|can|bra|deu|fra|gbr|ita|swe|che|isr|are|ind|idn|jpn|kor|sgp|aus)\d+s?",
    re.ASCII,
)


def domain_of(host: str) -> Domain:
    """What `host`, in lower case and without a port, is to Salesforce."""
    bare = host.removeprefix("www.")
    if bare != host and (found := domain_of(bare)).my_domain:
        return found
    name, family = _split(host)
    if family and family.login and _is_server(name, host.removeprefix(name)):
        return Domain(Kind.INSTANCE)
    if family and (my_domain := _my_domain(name, family)):
        return Domain(family.kind, my_domain)
    if _INSTANCED.fullmatch(host):
        return Domain(Kind.INSTANCE)
    if family and family.kind is Kind.SITE and not _name_before_mixed_ending(host):
        return Domain(Kind.SITE)
    owned = any(host == own or host.endswith(f".{own}") for own in OWNED)
    return Domain(Kind.OTHER if owned else Kind.FOREIGN)


def _split(host: str) -> tuple[str, _Family | None]:
    """`acme--uat.sandbox` and what it stands before."""
    for suffix, family in _LONGEST_FIRST:
        if host.endswith(suffix):
            return host.removesuffix(suffix), family
    return host, None


def _is_server(name: str, suffix: str) -> bool:
    """eu45.lightning.force.com: orgs of before My Domain worked there. Their sign-in hosts have names."""
    return suffix not in LOGIN_SUFFIXES and bool(_SERVER_NAME.fullmatch(name))


def _my_domain(name: str, family: _Family) -> str:
    """`acme--uat--c.cs92` or `acme--uat--c.sandbox` -> `acme--uat.sandbox.my.salesforce.com`."""
    if not family.login:
        return ""
    label, _dot, where = name.partition(".")
    if family.packaged:
        label, dashes, _package = label.rpartition("--")
        if not dashes:
            return ""
    # An org's name has no "--" in it, a sandbox's neither: what follows those two is a package's.
    label = "--".join(label.split("--")[:2])
    if not _NAME.fullmatch(label):
        return ""
    if not where or _SERVER_LABEL.fullmatch(where):
        # Only a sandbox has "--" in its name, and since enhanced domains it says so itself.
        return f"{label}{'.sandbox' if '--' in label else ''}{family.login}"
    return f"{label}.{where}{family.login}" if _PARTITION.fullmatch(where) else ""


def is_instance(host: str) -> bool:
    """An instance at which orgs of before My Domain sign in."""
    return bool(_INSTANCE.fullmatch(host))


def is_my_domain(host: str) -> bool:
    """Whether `host` is exactly where one org signs in."""
    for suffix in LOGIN_SUFFIXES:
        name = host.removesuffix(suffix)
        if name != host:
            label, dot, partition = name.partition(".")
            return bool(_NAME.fullmatch(label)) and (not dot or bool(_PARTITION.fullmatch(partition)))
    return False


def without_foreign_ending(host: str) -> str:
    """The My Domain in a host to which a company's proxy has added its own ending, or nothing.

    `acme.lightning.force.com.mcas.ms`, and `acme-lightning-force-com.proxy.example`, where a proxy writes
    dots as hyphens. Only ever to be proposed: anybody may own such a host.
    """
    for suffix, family in _LONGEST_FIRST:
        before, found, _after = host.partition(f"{suffix}.")
        if found and not _is_server(before, suffix) and (my_domain := _my_domain(before, family)):
            return my_domain
    first, _dot, rest = host.partition(".")
    for suffix, family in _LONGEST_FIRST:
        ending = suffix.replace(".", "-")
        if rest and first.endswith(ending):
            return _my_domain(_dotted(first.removesuffix(ending)), family)
    return ""


def mistyped(host: str) -> str:
    """The My Domain in a host whose ending is nearly one of an org. Only ever to be proposed."""
    if domain_of(host).kind is Kind.OTHER and (name := _name_before_mixed_ending(host)):
        return "" if _is_server(name, "") else _my_domain(name, FAMILIES[_COM])
    labels = host.split(".")
    for names in (1, 2):
        ending = "." + ".".join(labels[names:])
        alike = get_close_matches(ending, (_COM, ".lightning.force.com"), n=1, cutoff=0.9)
        if alike and domain_of(host).kind is Kind.FOREIGN:
            return _my_domain(".".join(labels[:names]), FAMILIES[alike[0]])
    return ""


def _name_before_mixed_ending(host: str) -> str:
    labels = host.split(".")
    for names in (1, 2):
        if _MIXED_ENDING.fullmatch("." + ".".join(labels[names:])):
            return ".".join(labels[:names])
    return ""


def _dotted(name: str) -> str:
    """`acme--uat-sandbox` -> `acme--uat.sandbox`."""
    return re.sub(r"-(sandbox|develop|scratch|trailblaze|demo|free|patch)$", r".\1", name)
