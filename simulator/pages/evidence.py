"""Installed Packages and View Setup Audit Trail."""

from __future__ import annotations

from flask import Blueprint, request

from simulator.org.store import Org
from simulator.pages.frame import Answer, done, missing_of, no_access, page, render
from simulator.seeding.package import install_package
from simulator.web.browser import Visitor

blueprint = Blueprint("pages_evidence", __name__)

PACKAGES = "/lightning/setup/ImportedPackage/home"
_ROWS = 200  # Salesforce shows the last 20 and a download; a tester wants to see more


@blueprint.get(PACKAGES)
@blueprint.get("/0A3")
@page("ViewSetup")
def packages(who: Visitor) -> Answer:
    return render("packages.html", who, packages=_installed(who.org))


@blueprint.post(PACKAGES)
@blueprint.post("/0A3")
@page("ViewSetup", "InstallPackaging")
def install(who: Visitor) -> Answer:
    if not who.org.package_installed:
        install_package(who.org, actor_id=who.user["Id"])
    return done(PACKAGES, "Marketing Cloud Connect is installed.")


def _installed(org: Org) -> list[dict[str, object]]:
    found = []
    for row in org.rows("InstalledSubscriberPackage"):
        package = org.get(row["SubscriberPackageId"]) or {}
        version = org.get(row["SubscriberPackageVersionId"]) or {}
        namespace = package.get("NamespacePrefix")
        licence = next(iter(org.find("PackageLicense", NamespacePrefix=namespace)), {})
        allowed = licence.get("AllowedLicenses")
        found.append(
            {
                "name": package.get("Name"),
                "version": f"{version.get('MajorVersion')}.{version.get('MinorVersion')}",
                "namespace": namespace,
                "status": licence.get("Status"),
                "allowed": "Unlimited" if allowed == -1 else allowed,
                "used": licence.get("UsedLicenses"),
            }
        )
    return found


@blueprint.get("/lightning/setup/SecurityEvents/home")
@blueprint.get("/setup/org/orgsetupaudit.jsp")
@page("ViewSetup")
def audit_trail(who: Visitor) -> Answer:
    if missing := missing_of(who, (who.org.switches.audit_trail_right,)):
        return no_access(who, missing)
    limit = min(request.args.get("rows", default=_ROWS, type=int), 5_000)
    # The last made of one moment comes first: sorting is stable, so turn the sorted list round.
    rows = sorted(who.org.rows("SetupAuditTrail"), key=lambda row: str(row["CreatedDate"]))[::-1]
    named = [(row, (who.org.get(row["CreatedById"]) or {}).get("Name", "")) for row in rows[:limit]]
    return render("audit_trail.html", who, rows=named)
