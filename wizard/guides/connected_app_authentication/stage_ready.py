"""After *Connect*: the lines that the source page does not have, without which nobody can send."""

from __future__ import annotations

from wizard.guides.base import Stage, Step
from wizard.guides.connected_app_authentication import checks_ready as checks
from wizard.guides.connected_app_authentication import how_ready as how
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.proof import subjects
from wizard.guides.connected_app_authentication.snapshot import Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

_CONNECTION = frozenset({"configuration", "rights"})

READY = Stage[Snapshot, Choices](
    key="ready",
    title=Text(_("Get the package ready")),
    purpose=Text(
        _(
            "Salesforce's page ends with the connection. These items are ours, beyond that page. "
            "They follow what the package's own fields seem to mean."
        )
    ),
    minutes=5,
    needs=("connect",),
    stands_on=("connection_user_active",),
    how=how.package,
    steps=(
        Step(
            key="settings_chosen",
            title=Text(_("The package's settings are chosen")),
            why=Text(_("Without them nobody can send from Salesforce.")),
            reads=_CONNECTION,
            check=checks.check_settings,
            confirm=Text(_("I looked: the package's settings are chosen and saved.")),
            subject=subjects.connection,
            how=how.settings,
        ),
        Step(
            key="units_arrived",
            title=Text(_("The business units have arrived")),
            why=Text(_("Engagement sends them to Salesforce after the connection, one after the other.")),
            reads=_CONNECTION | {"units"},
            check=checks.check_units,
            confirm=Text(_("I looked: the business units that we use are in Salesforce.")),
            subject=subjects.connection,
            how=how.units,
        ),
        Step(
            key="wizard_done",
            title=Text(_("The package's own wizard is done")),
            why=Text(_("The package keeps its features back until then.")),
            reads=_CONNECTION | {"wizard"},
            check=checks.check_wizard,
            confirm=Text(_("I looked: the Marketing Cloud tab asks for nothing more.")),
            subject=subjects.connection,
            how=how.wizard,
        ),
        Step(
            key="people_see_it",
            title=Text(_("The people who need it can see it")),
            why=Text(_("Approval for the app alone does not let anybody read the package's records.")),
            reads=_CONNECTION | {"readers"},
            check=checks.check_seen,
            confirm=Text(_("I asked: whoever works with Marketing Cloud here sees it, the others need not.")),
            subject=subjects.readers,
            how=how.people,
        ),
    ),
)
