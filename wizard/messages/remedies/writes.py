"""Codes of a write that Salesforce refused (fact sheet, section 8)."""

from __future__ import annotations

from wizard.guides.text import gettext_noop as _
from wizard.messages.remedies.calls import NO_ACCESS
from wizard.messages.remedies.remedy import (
    ADMIN,
    APP_ADMIN,
    ASSIGN_ADMIN,
    NOBODY,
    OPERATOR,
    USER_ADMIN,
    Remedy,
    remedy,
)

_BUG = remedy(
    _("Salesforce did not understand our request."),
    _("Copy the details and send them to the people who run Connect Guide. You can go on by hand."),
    OPERATOR,
)
_THERE = remedy(_("It was there already."), _("Check again. Nothing was made twice."), NOBODY, retry=True)
_GONE = remedy(
    _("The record is no longer in the org."), _("Check again to see what is there now."), retry=True
)

REMEDIES: dict[str, Remedy] = {
    "DUPLICATE_VALUE": _THERE,
    "DUPLICATE_DEVELOPER_NAME": _THERE,
    "PROCESSING_HALTED": remedy(
        _("This was not sent, because something before it was refused."),
        _("Solve that first, then try again. Only what is missing is sent."),
        retry=True,
    ),
    "FIELD_INTEGRITY_EXCEPTION": remedy(
        _("The person's licence does not allow a permission in this permission set."),
        _("Give the person a full Salesforce licence, or take them off the list."),
        USER_ADMIN,
        "users",
    ),
    "PACKAGE_LICENSE_REQUIRED": remedy(
        _("The person has no seat of the Marketing Cloud Connect package."),
        _("Assign a seat under **Installed Packages**, **Manage Licenses**."),
        ADMIN,
        "installed_packages",
    ),
    "INACTIVE_OWNER_OR_USER": remedy(
        _("The person is not active."),
        _("Switch the user on, or take them off the list."),
        USER_ADMIN,
        "users",
    ),
    "CANNOT_MODIFY_MANAGED_OBJECT": remedy(
        _("Salesforce lets no program change this: the permission set or the app belongs to a package."),
        _("Do it by hand: on the app's page, click **Manage Permission Sets** and select your own one."),
        APP_ADMIN,
        "connected_apps",
        by_hand=True,
    ),
    "INVALID_FIELD_FOR_INSERT_UPDATE": _BUG,
    "MIXED_DML_OPERATION": _BUG,
    "REQUIRED_FIELD_MISSING": _BUG,
    "MALFORMED_QUERY": _BUG,
    "MALFORMED_ID": _BUG,
    "JSON_PARSER_ERROR": _BUG,
    "METHOD_NOT_ALLOWED": _BUG,
    "UNSUPPORTED_MEDIA_TYPE": _BUG,
    "HTTP_400": _BUG,
    "HTTP_403": NO_ACCESS,
    "HTTP_405": _BUG,
    "HTTP_414": _BUG,
    "HTTP_415": _BUG,
    "HTTP_431": _BUG,
    "INVALID_CROSS_REFERENCE_KEY": _GONE,
    "ENTITY_IS_DELETED": _GONE,
    "DELETE_FAILED": remedy(
        _("Salesforce refused the deletion, most often because the permission set is still assigned."),
        _("Remove the other assignments first, or leave the permission set."),
        ASSIGN_ADMIN,
        "permission_sets",
    ),
}
