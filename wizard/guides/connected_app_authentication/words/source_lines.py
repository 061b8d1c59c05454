"""The source page, line by line, as numbered for this project.

Salesforce Help, *Set Up Connected App Authentication* (Marketing Cloud Connect for Marketing
Cloud Engagement). Quoted for the report: never translated, and never paraphrased.
"""

from __future__ import annotations

SOURCE_LINES: dict[int, str] = {
    1: "In the Sales or Service Cloud, click Setup.",
    2: "Under Administer, click Manage Apps.",
    3: "Click Connected Apps.",
    4: "Click Salesforce Marketing Cloud.",
    5: "Click Edit Policies.",
    6: "Under Permitted Users, select Admin approved users are pre-authorized.",
    7: "If a warning message appears, click OK.",
    8: "Under IP Relaxation, select Relax IP restrictions.",
    9: "Under Refresh Token Policy, select Immediately expire refresh token.",
    10: "Save changes.",
    11: "From Setup, click Manage Users under Administer.",
    12: "Click Permission Sets.",
    13: "Click New.",
    14: "Give the permission set a memorable name. For example, Marketing Cloud Connected App.",
    15: ("Validate the generated API name and ensure that this field contains the desired value."),
    16: "Save the permission set.",
    17: (
        "Apply the permission sets to the API User: Marketing Cloud Connected App, "
        "Marketing Cloud Connector, Marketing Cloud Connector Admin, and Marketing Cloud "
        "System User."
    ),
    18: "From Setup, click Manage Users under Administer.",
    19: "Click Permission Sets.",
    20: "Click the name of the newly created permission.",
    21: "Click Manage Assignments.",
    22: "Click Add Assignments.",
    23: (
        "Select the users who need access to the connected app, typically those users who "
        "access Marketing Cloud Connect."
    ),
    24: "Make sure that the Salesforce system user is selected for access.",
    25: "Click Assign.",
    26: "Click Done.",
    27: "In the Sales or Service Cloud, click Setup.",
    28: "Under Administer, click Manage Apps.",
    29: "Click Connected Apps.",
    30: "Click Salesforce Marketing Cloud.",
    31: "Click Manage Permission Sets.",
    32: "Select the newly created permission set.",
    33: "Save changes.",
    34: (
        "Warning During this process, the system connects to any active Engagement "
        "session to establish the Marketing Cloud Connect API user. To prevent an "
        "incorrect connection, log out of all active Engagement sessions. Closing the tab "
        "doesn’t end an active session."
    ),
    35: "In Sales or Service Cloud, go to the Marketing Cloud tab.",
    36: "Click Connect to Marketing Cloud.",
    37: "Enter the username and password for the Marketing Cloud Connect API User.",
    38: "Click Login.",
}
