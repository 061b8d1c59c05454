"""Our own codes: what a finding or a job of ours says."""

from __future__ import annotations

from dataclasses import replace

from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.messages.remedies.remedy import (
    ADMIN,
    APP_ADMIN,
    ASSIGN_ADMIN,
    ENGAGEMENT_ADMIN,
    OPERATOR,
    PACKAGE_ADMIN,
    SET_ADMIN,
    USER_ADMIN,
    YOU,
    Remedy,
    remedy,
)

REMEDIES: dict[str, Remedy] = {
    # Jobs
    "ORG_CHANGED": remedy(
        _("The org has changed since you saw the plan, so nothing was sent."),
        _("Look at the new plan and approve it again."),
        retry=True,
    ),
    "LINES_FELL": remedy(
        _("Items are open that were not open on the page, so nothing was handed over. We stay connected."),
        _("Put them right, or hand over with these items open: you are asked again."),
        retry=True,
    ),
    "INTERRUPTED": remedy(
        _("The work was interrupted. What was done stays done."),
        _("Start it again: only the rest is sent."),
        retry=True,
    ),
    "TOKEN_KEY_LOST": remedy(
        _("Connect Guide can no longer read its sign-in for this org."),
        _("Sign in again. The people who run Connect Guide should check `TOKEN_KEYS`."),
        OPERATOR,
    ),
    "REFUSED": remedy(_("Salesforce refused a change."), _("See the details, then try again."), retry=True),
    "UNEXPECTED": remedy(
        _("Something went wrong on our side."),
        _("Try once more. If it happens again, copy the details for the people who run Connect Guide."),
        OPERATOR,
        retry=True,
    ),
    # Before you start
    "RIGHT_MISSING": remedy(
        _("You lack a permission that a later step needs."),
        _("Ask for it, let somebody else do that step, or do it by hand together."),
        ADMIN,
        "permission_sets",
        sign_in=True,  # of a user who holds it
    ),
    "RIGHT_UNSEEN": remedy(
        _("Salesforce does not list this permission for you."),
        _("Ask an administrator whether you hold it."),
        ADMIN,
    ),
    "PACKAGE_MISSING": remedy(
        _("Marketing Cloud Connect is not installed."),
        _("Install it from sfdc.co/MCC, or sfdc.co/MCCSandbox, with **Install for Admins Only**."),
        ADMIN,
        "installed_packages",
    ),
    "PACKAGE_EXPIRED": remedy(
        _("The package's licence has expired."),
        _("Ask your Salesforce account executive to renew it."),
        ADMIN,
    ),
    "NO_PACKAGE_SEATS": remedy(
        _("Nobody else can get a seat of the package."),
        _("Remove a seat that is no longer needed, or buy more."),
        ADMIN,
        "installed_packages",
    ),
    "APP_MISSING": remedy(
        _("The app is used or known, but not installed, so it has no policies."),
        _(
            "Under **Connected Apps OAuth Usage**, look at the whole list and click **Install**. "
            "If it is not there, finish **Connect Account** in Engagement first."
        ),
        ADMIN,
        "connected_apps_usage",
    ),
    "APP_MISSING_UNAPPROVED": remedy(
        _(
            "Salesforce refuses **Connect Account** to whoever lacks **Approve Uninstalled Connected Apps**, "
            "while the app is not installed. Copies of the profile System Administrator lack it."
        ),
        _(
            "Let somebody who has it install the app under **Connected Apps OAuth Usage**. "
            "Or get it for that time, and give it back afterwards."
        ),
        ADMIN,
        "connected_apps_usage",
    ),
    "APP_EXTERNAL": remedy(
        _("We have not met such an org yet: we can't read the policies of such an app."),
        _(
            "Set them by hand under **External Client App Manager**, and confirm each item. "
            "Please send the people who run Connect Guide what a test of this connection shows."
        ),
        APP_ADMIN,
    ),
    "APP_OTHER_NAME": remedy(
        _("The app may have another label in this org, or it may not be installed."),
        _("Look under **Manage Connected Apps** which app Engagement uses. Choose it here, or install it."),
        ADMIN,
        "connected_apps",
    ),
    "CHOICES_MISSING": remedy(
        _("A choice of this setup is missing, so a later stage does not know what to do."),
        _("Make it under **Your choices for this setup** in the first stage, and save."),
    ),
    "NOBODY_CHOSEN": remedy(
        _("Nobody is chosen, so only the connection user would be let in."),
        _("Choose them under **Your choices for this setup**, or confirm that there is nobody else."),
    ),
    "NO_CONNECTION_USER": remedy(
        _("Nobody was chosen as the Salesforce-side connection user."),
        _("Choose that user in **Before you start**."),
    ),
    "CONNECTION_USER_GONE": remedy(
        _("The chosen user is not in this org."), _("Read the list of users again and choose another one.")
    ),
    "CONNECTION_USER_INACTIVE": remedy(
        _("A user that is switched off can't hold the connection."),
        _("Tick **Active** on the user's page."),
        USER_ADMIN,
        "users",
    ),
    "CONNECTION_USER_FROZEN": remedy(
        _(
            "A frozen user can't sign in, and the connection stops. A person froze it, or Salesforce itself: "
            "it does so when calls come from an unusual network."
        ),
        _(
            "Look in **View Setup Audit Trail** who froze it. If nobody did, find out where the calls came "
            "from first, else it happens again. Then click **Unfreeze** on the user's page."
        ),
        USER_ADMIN,
        "users",
    ),
    "CONNECTION_USER_LOCKED": remedy(
        _("The user's password was typed wrongly too often."),
        _("Click **Unlock** on the user's page."),
        USER_ADMIN,
        "users",
    ),
    "CONNECTION_USER_LICENCE": remedy(
        _("Salesforce's support expects the licence **Salesforce** for this user."),
        _("Change the licence, or choose another user."),
        USER_ADMIN,
        "users",
    ),
    "CONNECTION_USER_API_ONLY": remedy(
        _("This user can't open the pages that the connection needs."),
        _("Choose another profile, or another user."),
        USER_ADMIN,
        "users",
    ),
    "CONNECTION_USER_PROFILE": remedy(
        _("Salesforce's support expects this profile and these boxes."),
        _("Edit the user's page until nothing is missing."),
        USER_ADMIN,
        "users",
    ),
    "ACCOUNT_UNSEEN": remedy(
        _("We need this field to tell the account, and field-level security hides it from you."),
        _("Let an admin show you the field, or compare the account in Engagement and confirm it."),
        ADMIN,
    ),
    "BOXES_UNSEEN": remedy(
        _("You may not see these fields, or the package is not installed."),
        _("Look at the user's page and confirm."),
        USER_ADMIN,
        "users",
    ),
    "SANDBOX_COPY": remedy(
        _("A sandbox made from production may still talk to production's Engagement account."),
        _("Find out before you go on. If it was copied, reset it as shown, only in the sandbox."),
        ADMIN,
    ),
    "LIVE_CONNECTION": remedy(
        _("People may be sending through this connection now."),
        _("Agree on a time, pause sends and journeys, and skip the sign-in if it is not needed."),
    ),
    "MODE_MISMATCH": remedy(
        _("The org was connected before this setup began."),
        _("Choose **Repair** in the choices of this setup. The safer order is used then."),
    ),
    "RECORDS_MAY_BE_HIDDEN": remedy(
        _("Salesforce shows only records that you may see, so an empty list proves nothing."),
        _("Ask somebody with **View All Data**, or confirm what you know."),
        ADMIN,
    ),
    "API_USAGE_HIGH": remedy(
        _("More than 80 % of the requests that programs may make in 24 hours are used."),
        _("Calls come back hour by hour. Wait, or find what uses them. At 90 % we stop watching."),
        ADMIN,
    ),
    "MID_MALFORMED": remedy(_("An account id has digits only."), _("Copy it again from Engagement.")),
    # Policies
    "POLICY_BY_HAND": remedy(
        _("No program may change this policy."),
        _("Change it on the app's page under **Edit Policies**."),
        APP_ADMIN,
        "connected_apps",
    ),
    "POLICIES_HIDDEN": remedy(
        _("Without **Customize Application** the policies are not shown to you."),
        _("Ask for that permission, or look together with an administrator and confirm."),
        APP_ADMIN,
        "connected_apps",
    ),
    "IP_NOT_READABLE": remedy(
        _("No program can read this policy. We look for its change in the audit trail."),
        _("If it is right already, or no row appears, look at the app's page and confirm."),
        YOU,
        "connected_apps",
    ),
    "REFRESH_TOKEN_UNCLEAR": remedy(
        _("Salesforce does not document what the stored value means."),
        _("Look at the app's page and confirm what is selected."),
        YOU,
        "connected_apps",
    ),
    # Permission set and people
    "NAME_NOT_APPROVED": remedy(
        _("The API name was not looked at yet."), _("Check it in the choices and save.")
    ),
    "NAME_INVALID": remedy(
        _("Salesforce would refuse this name."), _("Take the proposal or type another name.")
    ),
    "NAME_TAKEN": remedy(
        _("A permission set of the same name or label is in the org."),
        _("Use that permission set, or choose another label."),
    ),
    "NAME_TAKEN_OTHERWISE": remedy(
        _("What has that name can't be added to the app, and Salesforce takes a name only once."),
        _("Choose another label. A plain permission set is made for it."),
        YOU,
        "permission_sets",
    ),
    "ADOPTED_SET_GONE": remedy(
        _("The permission set was deleted since it was chosen."),
        _("Choose another set, or let us create one."),
        YOU,
        "permission_sets",
    ),
    "SET_NEEDS_ACTIVATION": remedy(
        _("A session-based set does nothing until it is activated."),
        _("Choose another label, so that we create a plain set."),
        SET_ADMIN,
        "permission_sets",
    ),
    "SET_MISSING": remedy(
        _("The new permission set is not in the org yet."), _("Create it first, in its own stage."), SET_ADMIN
    ),
    "PACKAGED_SETS_MISSING": remedy(
        _("The package should bring these permission sets. It is missing, old or only half installed."),
        _("Install or upgrade the package, then check again."),
        ADMIN,
        "installed_packages",
    ),
    "ASSIGNMENT_EXPIRED": remedy(
        _("The assignment is in the org, but it has ended."),
        _("Remove it on the permission set's page, then let us assign it again."),
        ASSIGN_ADMIN,
        "permission_sets",
    ),
    "ASSIGNMENT_ENDS_SOON": remedy(
        _("On that day the person is refused, and nothing here will have changed."),
        _("Assign the permission set again without an end date, or confirm that the date is wanted."),
        ASSIGN_ADMIN,
        "permission_sets",
    ),
    "SET_STILL_ASSIGNED": remedy(
        _("Other people have this permission set, so it was left in the org."),
        _("Remove them first, if the permission set is really no longer needed."),
        ASSIGN_ADMIN,
        "permission_sets",
    ),
    "GRANT_REFUSED": remedy(
        _(
            "This org lets no program add a permission set to the "
            "app, although you hold the permissions for it."
        ),
        _(
            "Do it by hand: on the app's page, click **Manage "
            "Permission Sets**, select the permission set and save."
        ),
        YOU,
        "connected_apps",
        by_hand=True,
    ),
    "SET_USED_ELSEWHERE": remedy(
        _("Another app uses this permission set too, so it was left in the org."),
        _("Take it off that app first, if nobody needs it there. Then undo again."),
        SET_ADMIN,
        "permission_sets",
    ),
    "SET_HOLDS_MORE": remedy(
        _("Somebody has added permissions to this permission set, so it was left in the org."),
        _("See below which. Take them out of it, then undo again. Or keep it, if it is needed."),
        SET_ADMIN,
        "permission_sets",
    ),
    "SET_RENAMED": remedy(
        _("Somebody renamed it in Salesforce. People and apps keep it under the new name."),
        _("Use it under that name, or choose another label for a second permission set."),
    ),
    "USERS_HIDDEN": remedy(
        _("We can't see who uses the app today."),
        _("Look under **Connected Apps OAuth Usage** who does, and put everybody on your list."),
        APP_ADMIN,
        "connected_apps_usage",
    ),
    "USERS_NOT_LISTED": remedy(
        _("Saving the policies cuts off whoever is not on the list."),
        _("Add them to your list, or sign for it that they lose access."),
    ),
    # Connect
    "CONFIGURATION_MISSING": remedy(
        _("The package's records are not visible. It may be missing, or you may not see them."),
        _("Check the package, and that you have the permission set **Marketing Cloud Connector**."),
        ADMIN,
        "installed_packages",
    ),
    "CONNECTED_BEFORE": remedy(
        _("The connection is older than this setup."),
        _("If it is the right one, confirm it. Signing in again would stop sends."),
    ),
    "RECORDS_HIDDEN": remedy(
        _("In some orgs the package's records are private, so an empty list proves nothing."),
        _("Check again as somebody with **View All Data**, or look with an admin and confirm."),
        ADMIN,
    ),
    # After Connect
    "CONNECT_FIRST": remedy(
        _("The package waits for the right Engagement account."),
        _("Connect the right Engagement account first."),
    ),
    "SETTINGS_EMPTY": remedy(
        _("The account is connected, but nobody has chosen the package's settings yet."),
        _("Open the Marketing Cloud tab, choose the settings and save them."),
        PACKAGE_ADMIN,
        "marketing_cloud_tab",
    ),
    "UNITS_ARRIVING": remedy(
        _("Engagement sends the business units one after the other."),
        _("Wait. This item turns green by itself."),
    ),
    "UNITS_STUCK": remedy(
        _("The business units should have arrived by now."),
        _(
            "In Engagement, look whether the connection user there may use them. "
            "Then look at the package's remote sites. Else ask Salesforce's support."
        ),
        ENGAGEMENT_ADMIN,
    ),
    "UNITS_MISSING": remedy(
        _("The package waits for nothing more, and has no business unit."),
        _("In Engagement, give the connection user there the business units that you use."),
        ENGAGEMENT_ADMIN,
    ),
    "WIZARD_OPEN": remedy(
        _("The package has a wizard of its own, and it is not finished."),
        _("Open the Marketing Cloud tab and finish what it asks for."),
        PACKAGE_ADMIN,
        "marketing_cloud_tab",
    ),
    "PEOPLE_CANNOT_SEE": remedy(
        _("Without it the Marketing Cloud tab shows these people nothing that works."),
        _("Give them **Marketing Cloud Connector**. Or sign that they do not need it."),
        ASSIGN_ADMIN,
        "permission_sets",
    ),
    "WRONG_ACCOUNT": remedy(
        _("An open Engagement session was used, and it belongs to another account."),
        _(
            "Stop here. Log out of Engagement everywhere, then connect again as the right account. "
            "Is the expected number wrong? Correct it in **Before you start**."
        ),
        ENGAGEMENT_ADMIN,
        "marketing_cloud_tab",
        by_choice=True,
    ),
}
FOR_GUESTS = {
    "WRONG_ACCOUNT": replace(
        REMEDIES["WRONG_ACCOUNT"],
        do=Text(
            _(
                "Stop here. Log out of Engagement everywhere, then connect again as the right account. "
                "Is the expected number wrong? Tell whoever sent you the link."
            )
        ),
        by_choice=False,
    ),
}
