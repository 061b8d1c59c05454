"""How the package is made ready by hand. Its own screens hide their labels, so none is quoted."""

from __future__ import annotations

from wizard.guides.base import Finding, Instruction, Link, Status
from wizard.guides.connected_app_authentication import checks_ready as checks
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.how import CLASSIC_SETS, CLOUD_TAB, How, do
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.snapshot import Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

_CONNECTOR = "ExactTarget_Integration"


def _tab() -> Instruction:
    return Instruction(
        Text(_("As somebody with **Marketing Cloud Connector Admin**, open the **Marketing Cloud** tab.")),
        CLOUD_TAB,
        Text(_("Click **+** in the tab bar, then **Marketing Cloud**")),
        CLOUD_TAB,
    )


SETTINGS = (
    do(_("After the first connection the package opens its settings by itself.")),
    do(_("Choose what may be sent, to whom, how far back tracking goes, and who gets support mails. Save.")),
)
UNITS = (
    do(_("Wait until the business units are listed, then switch on those that people here work with.")),
    do(_("One is missing? In Engagement, give it to the connection user there.")),
)
WIZARD = (do(_("Finish what the package still asks for. The tab then opens without asking for anything.")),)


def settings(snapshot: Snapshot, choices: Choices) -> How:
    return (_tab(), *SETTINGS)


def units(snapshot: Snapshot, choices: Choices) -> How:
    return (_tab(), *UNITS)


def wizard(snapshot: Snapshot, choices: Choices) -> How:
    return (_tab(), *WIZARD)


def package(snapshot: Snapshot, choices: Choices) -> How:
    """What is still open, in one visit to the tab; then the people. All of it once nothing is open."""
    in_tab = ((checks.check_settings, SETTINGS), (checks.check_units, UNITS), (checks.check_wizard, WIZARD))
    left = [each for check, each in in_tab if check(snapshot, choices).status is not Status.DONE]
    seen = checks.check_seen(snapshot, choices).status is Status.DONE
    if seen and not left:
        return (_tab(), *SETTINGS, *UNITS, *WIZARD, *people(snapshot, choices))
    visit = (_tab(), *(instruction for each in left for instruction in each)) if left else ()
    return visit if seen else (*visit, *people(snapshot, choices))


def people(snapshot: Snapshot, choices: Choices) -> How:
    sets = lookups.packaged(snapshot)
    connector = next((each for each in sets.values() if each and each.name == _CONNECTOR), None)
    link = Link(Text(_("Open Permission Sets")), "permission_sets")
    if connector:
        link = Link(Text(_("Open the permission set")), "permission_set_assignments", {"id": connector.id})
    return (
        Instruction(
            Text(_("Open **Setup**, find **Permission Sets** and click **Marketing Cloud Connector**.")),
            link,
            CLASSIC_SETS,
            link,
        ),
        do(_("Click **Manage Assignments**, then **Add Assignments**.")),
        _select(checks.check_seen(snapshot, choices)),
        do(_("Somebody still sees nothing? Then the records are private: let an admin share them.")),
    )


def _select(seen: Finding) -> Instruction:
    """Whom: by name where it is known who lacks it."""
    if seen.code == "people_cannot_see":
        message = _("Select these people, click **Assign**, then **Done**.")
        return Instruction(Text(message), people=tuple(map(str, seen.details)))
    return do(_("Select whoever works with Marketing Cloud, click **Assign**, then **Done**."))
