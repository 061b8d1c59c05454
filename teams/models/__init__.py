"""The tables of this room: people and teams, and the audit trail."""

from __future__ import annotations

from teams.models.audit import AuditEntry, AuditPending, AuditPersonal, AuditSeal
from teams.models.people import (
    MEMBER_ROLE_CHOICES,
    MEMBER_ROLES,
    Invitation,
    Membership,
    OpenQuerySet,
    Role,
    SetupGuest,
    Team,
    User,
    UserManager,
)
from teams.models.tokens import ApiToken

__all__ = [
    "MEMBER_ROLES",
    "MEMBER_ROLE_CHOICES",
    "ApiToken",
    "AuditEntry",
    "AuditPending",
    "AuditPersonal",
    "AuditSeal",
    "Invitation",
    "Membership",
    "OpenQuerySet",
    "Role",
    "SetupGuest",
    "Team",
    "User",
    "UserManager",
]
