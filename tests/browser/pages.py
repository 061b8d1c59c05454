"""Every page of ours that a signed-in person can reach, as far as an org has got."""

from __future__ import annotations

from tests.browser.journey import Journey

STAGES = ("prepare", "policies", "permission_set", "people", "app_access", "connect", "ready", "handover")
BY_HAND_TOO = ("permission_set", "people", "app_access")


def general(url: str) -> dict[str, str]:
    """Name -> address of the pages that belong to no setup."""
    return {
        "home": f"{url}/",
        "needs-help": f"{url}/support/?q=a",
        "start": f"{url}/orgs/connect/",
        "many": f"{url}/many/",
        "presets": f"{url}/many/presets/",
        "sign-in-help": f"{url}/orgs/sign-in-help/",
        "not-found": f"{url}/setups/00000000-0000-0000-0000-000000000000/",
    }


def open_to_all(url: str) -> dict[str, str]:
    return {
        "sign-in": f"{url}/account/login/",
        "forgotten-password": f"{url}/account/password/reset/",
    }


def of_setup(person: Journey, org_key: str) -> dict[str, str]:
    """Name -> address of the pages of the setup in which this person is."""
    base = person.setup_url
    pages = {f"stage-{stage}": f"{base}stages/{stage}/" for stage in STAGES}
    pages |= {f"stage-{stage}-by-hand": f"{base}stages/{stage}/?how=manual" for stage in BY_HAND_TOO}
    pages |= {name: f"{base}{name}/" for name in ("report", "history", "finish")}
    pages |= {f"choose-{key}": f"{base}choose/{key}/" for key in ("connection_user", "people")}
    pages["support"] = base.replace("/setups/", "/support/")
    return pages | {"disconnect": f"{person.app.url}/orgs/{org_key}/disconnect/"}


def org_key(person: Journey) -> str:
    """From the link that the handover page has."""
    person.go_to("handover")
    link = person.page.get_by_role("link", name="End our access without handing over")
    return (link.get_attribute("href") or "").split("/")[2]
