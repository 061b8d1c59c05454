"""How each step is done by hand: Lightning first, Classic second, and what the screen shows then."""

from __future__ import annotations

from dataclasses import replace

from wizard.guides import names
from wizard.guides.base import Instruction, Link
from wizard.guides.connected_app_authentication import lookups
from wizard.guides.connected_app_authentication.inputs import Choices
from wizard.guides.connected_app_authentication.snapshot import Snapshot
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

How = tuple[Instruction, ...]
CLASSIC_APPS = Text(_("Setup > Administer > Manage Apps > **Connected Apps**"))
CLASSIC_SETS = Text(_("Setup > Administer > Manage Users > **Permission Sets**"))

CHOOSE_FIRST = Instruction(Text(_("Choose the Salesforce-side connection user in **Before you start**.")))


def do(message: str, **params: str | int) -> Instruction:
    return Instruction(Text(message, params))


def app_page(snapshot: Snapshot, choices: Choices) -> How:
    """To the app's page: straight there if its id is known, else by the list."""
    app = lookups.the_app(snapshot, choices)
    if app:
        link = Link(Text(_("Open the app's page")), "connected_app", {"app_id": app.id})
    else:
        link = Link(Text(_("Open Manage Connected Apps")), "connected_apps")
    text = Text(
        _("Open **Setup**, find **Manage Connected Apps** and click **{app}**."),
        {"app": lookups.app_name(snapshot, choices)},
    )
    return (Instruction(text, link, CLASSIC_APPS, link),)


def permitted_users(snapshot: Snapshot, choices: Choices) -> How:
    return (
        *app_page(snapshot, choices),
        do(_("Click **Edit Policies**.")),
        do(_("Under **Permitted Users**, select **Admin approved users are pre-authorized**.")),
        do(_("If a warning appears, click **OK**.")),
        do(_("Set the two other policies on this page as well, then click **Save**.")),
        do(_("The app's page now shows **Admin approved users are pre-authorized**.")),
    )


def ip_relaxation(snapshot: Snapshot, choices: Choices) -> How:
    return (
        *app_page(snapshot, choices),
        do(_("Click **Edit Policies**.")),
        do(_("Under **IP Relaxation**, select **Relax IP restrictions**, then click **Save**.")),
        do(_("The app's page now shows **Relax IP restrictions**.")),
        Instruction(
            Text(_("Salesforce logs the change in **View Setup Audit Trail**. We look for it there.")),
            Link(Text(_("Open the Setup Audit Trail")), "audit_trail"),
        ),
    )


def refresh_token(snapshot: Snapshot, choices: Choices) -> How:
    return (
        *app_page(snapshot, choices),
        do(_("Click **Edit Policies**.")),
        do(_("Under **Refresh Token Policy**, select **Immediately expire refresh token**.")),
        do(_("Click **Save**. The app's page now shows **Immediately expire refresh token**.")),
    )


def policies(snapshot: Snapshot, choices: Choices) -> How:
    """The three policies are one page and one **Save**."""
    return (
        *app_page(snapshot, choices),
        do(_("Click **Edit Policies**.")),
        do(_("Under **Permitted Users**, select **Admin approved users are pre-authorized**.")),
        do(_("If a warning appears, click **OK**.")),
        do(_("Under **IP Relaxation**, select **Relax IP restrictions**.")),
        do(_("Under **Refresh Token Policy**, select **Immediately expire refresh token**.")),
        do(_("Click **Save**. The app's page now shows the three new values.")),
    )


def _sets_page() -> Instruction:
    link = Link(Text(_("Open Permission Sets")), "permission_sets")
    return Instruction(Text(_("Open **Setup** and find **Permission Sets**.")), link, CLASSIC_SETS, link)


def _set_page(snapshot: Snapshot, choices: Choices) -> How:
    ours = lookups.our_set(snapshot, choices)
    if ours is None:
        return (_sets_page(), do(_("Click **{label}**."), label=choices.set_label))
    link = Link(Text(_("Open the permission set")), "permission_set", {"id": ours.id})
    return (
        Instruction(
            Text(_("Open **Setup**, find **Permission Sets** and click **{label}**."), {"label": ours.label}),
            link,
            CLASSIC_SETS,
            link,
        ),
    )


def set_name(snapshot: Snapshot, choices: Choices) -> How:
    name = choices.set_name or names.api_name(choices.set_label)
    return (
        _sets_page(),
        do(_("Click **New** and type {label} under **Label**."), label=choices.set_label),
        do(_("Check that **API Name** shows {name}. Change it if it does not."), name=name),
        do(_("Approve the same name here, so that we look for the right permission set.")),
    )


def set_created(snapshot: Snapshot, choices: Choices) -> How:
    name = choices.set_name or names.api_name(choices.set_label)
    return (
        _sets_page(),
        do(_("Click **New**.")),
        do(
            _("Type {label} under **Label** and {name} under **API Name**."),
            label=choices.set_label,
            name=name,
        ),
        do(_("Leave **License** at **--None--**, then click **Save**.")),
        do(_("The page of {label} opens. It is empty, and that is right."), label=choices.set_label),
    )


def connection_user_sets(snapshot: Snapshot, choices: Choices) -> How:
    person = choices.connection_user
    if not person:
        return (CHOOSE_FIRST,)
    link = Link(Text(_("Open the connection user")), "user", {"id": person})
    ours = lookups.our_set(snapshot, choices)
    labels = ", ".join((ours.label if ours else choices.set_label, *lookups.packaged(snapshot)))
    return (
        Instruction(
            Text(_("Open **Setup**, find **Users** and click {user}."), {"user": choices.name_of(person)}),
            link,
            Text(_("Setup > Administer > Manage Users > **Users**")),
            link,
        ),
        do(_("Under **Permission Set Assignments**, click **Edit Assignments**.")),
        do(_("Add {labels}, then click **Save**."), labels=labels),
        do(_("All four are now listed under **Permission Set Assignments**.")),
    )


def _select(missing: list[str], *, everyone: bool) -> Instruction:
    """Whom to select, without those who have the set already."""
    if len(missing) == 1:
        (only,) = missing
        if everyone:
            return do(_("Select {name}."), name=only)
        return do(_("Select {name}. Whoever else was chosen has the permission set already."), name=only)
    text = _("Select these {count} people. Whoever else was chosen has the permission set already.")
    if everyone:
        text = _("Select these {count} people.")
    return replace(do(text, count=len(missing)), people=tuple(missing))


def people_assigned(snapshot: Snapshot, choices: Choices) -> How:
    ours = lookups.our_set(snapshot, choices)
    held = lookups.holders(snapshot, ours.id) if ours else frozenset()
    missing = [choices.name_of(each) for each in choices.everyone if each not in held]
    if not missing:
        return (do(_("Everyone who was chosen has the permission set already.")),)
    return (
        *_set_page(snapshot, choices),
        do(_("Click **Manage Assignments**, then **Add Assignments**.")),
        _select(missing, everyone=len(missing) == len(choices.everyone)),
        do(_("Click **Assign**, then **Done**. The list now shows everyone.")),
    )


def system_user_included(snapshot: Snapshot, choices: Choices) -> How:
    if not choices.connection_user:
        return (CHOOSE_FIRST,)
    user = choices.name_of(choices.connection_user)
    return (
        *_set_page(snapshot, choices),
        do(_("Click **Manage Assignments**.")),
        do(_("Look for {user}. If the name is not in the list, click **Add Assignments**."), user=user),
        do(_("Select {user}, click **Assign**, then **Done**."), user=user),
        do(_("The list now shows {user}."), user=user),
    )


def people(snapshot: Snapshot, choices: Choices) -> How:
    """Everybody on the new set in one visit, then the package's sets on the connection user."""
    if not choices.connection_user:
        return (CHOOSE_FIRST,)
    return (*people_assigned(snapshot, choices), *connection_user_sets(snapshot, choices))


def set_on_app(snapshot: Snapshot, choices: Choices) -> How:
    ours = lookups.our_set(snapshot, choices)
    label = ours.label if ours else choices.set_label
    return (
        *app_page(snapshot, choices),
        do(_("Click **Manage Permission Sets**.")),
        do(_("Select {label}, then click **Save**."), label=label),
        do(_("The app's page now lists {label} under **Permission Sets**."), label=label),
    )


def log_out(snapshot: Snapshot, choices: Choices) -> How:
    return (
        do(
            _(
                "Go to every Engagement tab that is open and click **Log Out**. Closing a tab is not enough: "
                "the session goes on, and Salesforce would take that account."
            )
        ),
        do(
            _(
                "Better still, open the link of the next part in a private window, where nobody is signed "
                "in. Then only confirm here."
            )
        ),
    )


CLOUD_TAB = Link(Text(_("Open the Marketing Cloud tab")), "marketing_cloud_tab")


def _press_connect(snapshot: Snapshot) -> Instruction:
    """What the button is called once an account is connected, no source tells."""
    if lookups.connected(snapshot):
        return do(_("Click **Connect to Marketing Cloud**. Once connected, it may have another name."))
    return do(_("Click **Connect to Marketing Cloud**."))


def connect(snapshot: Snapshot, choices: Choices) -> How:
    return (
        Instruction(
            Text(_("Open the **App Launcher** and click the **Marketing Cloud** tab.")),
            CLOUD_TAB,
            Text(_("Click **+** in the tab bar, then **Marketing Cloud**")),
            CLOUD_TAB,
        ),
        _press_connect(snapshot),
        do(
            _(
                "On Engagement's own page, sign in as the Engagement-side connection user. "
                "Type the password only there. Have its second factor at hand."
            )
        ),
        do(_("Click **Login**.")),
    )
