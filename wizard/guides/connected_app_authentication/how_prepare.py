"""What to do by hand about each prerequisite."""

from __future__ import annotations

from collections.abc import Callable

from wizard.guides.base import Instruction, Link
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.checks_rights import LABELS, Need
from wizard.guides.connected_app_authentication.how import How, do
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.snapshot import Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _


def right(need: Need) -> Callable[[Snapshot, Choices], How]:
    wanted = ", ".join(" / ".join(LABELS[name] for name in group) for group in need.all_of)

    def how(snapshot: Snapshot, choices: Choices) -> How:
        link = Link(Text(_("Open Permission Sets")), "permission_sets")
        return (
            Instruction(
                Text(
                    _("Ask a system administrator to open **Permission Sets**, then **System Permissions**.")
                ),
                link,
                Text(_("Setup > Administer > Manage Users > **Permission Sets**")),
                link,
            ),
            do(_("They tick {permissions} in a permission set. They assign it to you."), permissions=wanted),
            do(_("Then click **Check again** here.")),
        )

    return how


def package(snapshot: Snapshot, choices: Choices) -> How:
    link = Link(Text(_("Open Installed Packages")), "installed_packages")
    return (
        Instruction(
            Text(_("Open **Setup** and find **Installed Packages**.")),
            link,
            Text(_("Setup > Build > **Installed Packages**")),
            link,
        ),
        do(_("Look for the package that has **et4ae5** beside its name.")),
        do(_("If it is missing, install it from sfdc.co/MCC, or sfdc.co/MCCSandbox for a sandbox.")),
        do(_("Choose **Install for Admins Only**. The package then appears in the list.")),
    )


def licences(snapshot: Snapshot, choices: Choices) -> How:
    link = Link(Text(_("Open Installed Packages")), "installed_packages")
    return (
        Instruction(
            Text(_("Open **Installed Packages** and look at the package's licences.")),
            link,
            classic_link=link,
        ),
        do(_("If all seats are taken, remove one from somebody who no longer needs it.")),
        do(_("The count of used licences is then lower than that of allowed ones.")),
    )


def app(snapshot: Snapshot, choices: Choices) -> How:
    link = Link(Text(_("Open Connected Apps OAuth Usage")), "connected_apps_usage")
    return (
        Instruction(Text(_("Open **Setup** and find **Connected Apps OAuth Usage**.")), link),
        do(_("Find **{app}**. Look at the bottom of the list too."), app=lookups.app_name(snapshot, choices)),
        do(_("Click **Install**, and never **Uninstall**.")),
        do(_("If it is not in the list, finish **Connect Account** in Engagement first.")),
        do(_("The app then appears under **Manage Connected Apps**.")),
    )


def user_page(choices: Choices) -> Instruction:
    """To the connection user's page, or to the list while nobody is chosen."""
    if choices.connection_user:
        link = Link(Text(_("Open the connection user")), "user", {"id": choices.connection_user})
    else:
        link = Link(Text(_("Open Users")), "users")
    return Instruction(
        Text(_("Open **Setup**, find **Users** and click the Salesforce-side connection user.")),
        link,
        Text(_("Setup > Administer > Manage Users > **Users**")),
        link,
    )


def user_active(snapshot: Snapshot, choices: Choices) -> How:
    return (
        user_page(choices),
        do(_("If the button **Unfreeze** or **Unlock** is shown, click it.")),
        do(_("If **Active** is not ticked, click **Edit**, tick it and click **Save**.")),
        do(_("The user's page now shows **Active** and the button **Freeze**.")),
    )


def user_licence(snapshot: Snapshot, choices: Choices) -> How:
    return (
        user_page(choices),
        do(_("Click **Edit** and set **User License** to **Salesforce**.")),
        do(_("Choose a **Profile** that is not limited to the API, then click **Save**.")),
        do(_("The user's page now shows the licence **Salesforce**.")),
    )


def user_profile(snapshot: Snapshot, choices: Choices) -> How:
    return (
        user_page(choices),
        do(_("Click **Edit** and set **Profile** to **System Administrator**.")),
        do(_("Tick **Marketing User**.")),
        do(_("Tick **Marketing Cloud for AppExchange User** and **Marketing Cloud for AppExchange Admin**.")),
        do(_("Click **Save**. The user's page now shows all three ticked.")),
    )


def sandbox_copy(snapshot: Snapshot, choices: Choices) -> How:
    return (
        do(_("Ask whether this sandbox was refreshed from production after production was connected.")),
        do(_("If so, it would send from production's Engagement account. Stop all sends from it first.")),
        do(
            _(
                "A developer resets it in the **Developer Console**, in this sandbox only: "
                "et4ae5.SupportUtilities.resetConfiguration();"
            )
        ),
        do(_("The earlier connection then disappears.")),
    )


def app_users(snapshot: Snapshot, choices: Choices) -> How:
    link = Link(Text(_("Open Connected Apps OAuth Usage")), "connected_apps_usage")
    return (
        Instruction(Text(_("Open **Setup** and find **Connected Apps OAuth Usage**.")), link),
        do(
            _("Find **{app}** and look at who uses it. Ask the people who send, too."),
            app=lookups.app_name(snapshot, choices),
        ),
        do(
            _(
                "We name people whose sign-in Salesforce keeps, and who are among the newest of "
                "**Login History**. Look there for older ones."
            )
        ),
        do(_("Put everybody who has to keep access on your list in **Before you start**.")),
    )


def live_use(snapshot: Snapshot, choices: Choices) -> How:
    return (
        do(_("Tell everyone who sends that the connection is being changed.")),
        do(_("Pause sends, switch off triggered sends and stop journeys that start from Salesforce.")),
        do(_("Start them again and test them after the last stage.")),
    )


def api_calls(snapshot: Snapshot, choices: Choices) -> How:
    link = Link(Text(_("Open Setup")), "home")
    return (
        Instruction(
            Text(
                _("Open **Setup**, find **Company Information** and look at **API Requests, Last 24 Hours**.")
            ),
            link,
        ),
        do(_("If few are left, wait some hours, or find out which program uses them.")),
    )


def mid(snapshot: Snapshot, choices: Choices) -> How:
    return (
        do(_("Ask the Engagement administrator for the account id (MID) of the top-level business unit.")),
        do(_("Type it in the choices of this setup. We compare it after the connection.")),
    )


def choices(snapshot: Snapshot, choices: Choices) -> How:
    return (
        do(_("Ask the client who works with Marketing Cloud, and whether it was ever connected.")),
        do(_("Choose it under **Your choices for this setup** and click **Save these choices**.")),
    )
