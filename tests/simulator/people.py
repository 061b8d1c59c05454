"""People who lack exactly the rights that a test names, and things for them to try on."""

from __future__ import annotations

from itertools import count

from simulator.org.store import Org
from simulator.scenarios import create
from simulator.seeding.new_org import PROFILES, add_profile
from simulator.server import Stand

_EVERYTHING = next(rights for name, _licence, rights in PROFILES if name == "System Administrator")
numbers = count(1)


def busy_org(stand: Stand) -> Org:
    """Everything done, with traces of the connection user's work."""
    made = create(stand.world, "all_done", name=f"Rights {next(numbers)}", people=2)
    made.add("LoginHistory", UserId=made.connection_user_id)
    made.add("OauthToken", UserId=made.connection_user_id, AppName="Salesforce Marketing Cloud")
    return made


def person_without(org: Org, *missing: str) -> str:
    """An administrator but for the named rights (and View All Data, where it came with Modify All Data)."""
    number = next(numbers)
    licence = str(org.find("UserLicense", Name="Salesforce")[0]["Id"])
    left = tuple(right for right in _EVERYTHING if right not in missing)
    profile = add_profile(org, f"Profile {number}", licence, left)
    username = f"person.{number}@rights.example"
    return org.add("User", Username=username, Email=username, LastName=f"Person {number}", ProfileId=profile)


def new_set(org: Org) -> str:
    name = f"Set_{next(numbers)}"
    return org.insert("PermissionSet", {"Name": name, "Label": name}, org.admin_id)
