"""Believable people for a demo org: the same ones every time for the same org name."""

from __future__ import annotations

import random
import re
from itertools import count

from simulator.org.store import Org
from simulator.seeding.new_org import PROFILES, add_profile, profile_id

_FIRST = """
Aisha Amelia Andre Anna Arjun Beatriz Bruno Carla Chen Clara Daniel David Diego Elena Emma Erik
Fatima Felix Fiona Gabriel Grace Hana Hugo Ines Isaac Ivan Jana Jonas Julia Kai Karim Lara Lena Liam
Lucas Maria Marek Maya Mei Mila Milan Nadia Nina Noah Nora Olga Omar Oscar Paula Peter Petra Rafael
Rania Rosa Samir Sara Sofia Stefan Thea Theo Tomas Vera Victor Yara Yusuf Zoe
""".split()  # noqa: SIM905
_LAST = """
Adler Ahmed Andersen Baker Banerjee Bauer Berg Bianchi Bishop Brandt Campos Carter Castro Cohen
Costa Dahl Diaz Dubois Eriksen Evans Faber Ferrari Fischer Flores Fontaine Garcia Gomez Grant Haas
Hansen Hoffmann Hughes Ito Jansen Jensen Kaya Keller Khan Kim Klein Kowalski Lang Larsen Lee Lopez
Maier Marino Martin Mendes Meyer Moreau Mori Moser Nagy Nakamura Novak Nowak Okafor Olsen Osei Patel
Perez Petrov Price Quinn Rahman Reyes Ricci Rossi Roth Sato Schmid Silva Singh Sousa Steiner Stone
Suzuki Tanaka Torres Varga Vogel Wagner Walker Weber Wolf Wong Young Zimmer
""".split()  # noqa: SIM905
# How the other people spread over the standard profiles, with a job to go with it.
_JOBS = (
    ("Marketing User", "Campaign Manager", "Marketing", 3),
    ("Marketing User", "Email Specialist", "Marketing", 2),
    ("Standard User", "Account Executive", "Sales", 5),
    ("Standard User", "Service Agent", "Service", 4),
    ("Standard Platform User", "Analyst", "Operations", 2),
)
LIMITED_PROFILE = "Limited Administrator"


def domain_of(name: str, taken: set[str]) -> str:
    """`Northwind Traders` -> `northwind-traders.example`, with a number if another org has it."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "org"
    options = (f"{stem}{n if n > 1 else ''}.example" for n in count(1))
    return next(each for each in options if each not in taken)


def populate(org: Org, domain: str, people: int) -> None:
    """The four people whom tests and pages know by name, the three odd ones, and `people` others."""
    _named_people(org, domain)
    _odd_people(org, domain)
    rng = random.Random(f"{org.name}/people")  # noqa: S311 - names, not secrets
    taken: set[str] = set()
    profiles = {name: profile_id(org, name) for name in {job[0] for job in _JOBS}}
    weights = [job[3] for job in _JOBS]
    for _ in range(people):
        first, last = _fresh_name(rng, taken)
        profile, title, department, _weight = rng.choices(_JOBS, weights)[0]
        _add(org, domain, first, last, profiles[profile], title, department)


def _named_people(org: Org, domain: str) -> None:
    admin = profile_id(org, "System Administrator")
    org.admin_id = _add(org, domain, "Ana", "Ruiz", admin, "Salesforce Administrator", "IT")
    org.connection_user_id = _add(
        org,
        domain,
        "Marketing Cloud",
        "Connect",
        admin,
        "Integration",
        "IT",
        local="mc.connect",
        UserPermissionsMarketingUser=True,
        et4ae5__ExactTargetForAppExchangeUser__c=True,
        et4ae5__ExactTargetForAppExchangeAdmin__c=True,
    )
    everything = next(rights for name, _licence, rights in PROFILES if name == "System Administrator")
    # A copy of the standard profile never has the right to approve uninstalled apps (N5).
    lacking = ("ManageProfilesPermissionsets", "CanApproveUninstalledApps")
    limited = tuple(right for right in everything if right not in lacking)
    licence = str(org.find("UserLicense", Name="Salesforce")[0]["Id"])
    profile = add_profile(org, LIMITED_PROFILE, licence, limited)
    org.extra["limited_admin_id"] = _add(org, domain, "Leo", "Park", profile, "Sales Operations", "Sales")


def _odd_people(org: Org, domain: str) -> None:
    standard = profile_id(org, "Standard User")
    _add(org, domain, "Tom", "Becker", standard, "Account Executive", "Sales", IsActive=False)
    frozen = _add(org, domain, "Ivy", "Chambers", standard, "Service Agent", "Service")
    org.patch(org.find("UserLogin", UserId=frozen)[0]["Id"], IsFrozen=True)
    api_only = profile_id(org, "Salesforce API Only System Integrations")
    _add(org, domain, "Data Sync", "Integration", api_only, "Integration", "IT", local="data.sync")


def _fresh_name(rng: random.Random, taken: set[str]) -> tuple[str, str]:
    """A pair not used yet in this org; once they run out, people share a surname with a number."""
    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    for number in count(2):
        key = f"{first} {last}"
        if key not in taken:
            taken.add(key)
            return first, last
        last = f"{last.split(' ')[0]} {number}"
    raise AssertionError("count() never ends")


def _add(
    org: Org,
    domain: str,
    first: str,
    last: str,
    profile: str,
    title: str,
    department: str,
    *,
    local: str = "",
    **more: object,
) -> str:
    local = local or re.sub(r"[^a-z0-9.]", "", f"{first}.{last}".lower())
    return org.add(
        "User",
        Username=f"{local}@{domain}",
        Email=f"{local}@{domain}",
        FirstName=first,
        LastName=last,
        Alias=(first[:1] + last[:4]).lower().replace(" ", ""),
        CommunityNickname=local[:40],
        ProfileId=profile,
        Title=title,
        Department=department,
        **{"IsActive": True, "UserPermissionsMarketingUser": False} | more,
    )
