"""People and the teams that everything belongs to."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **more: object) -> User:
        """Add a person. Without a password nobody can sign in until one is set by a link."""
        user = self.model(email=email.strip().lower(), **more)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address. What they may do is in `teams.access`."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    is_demo = models.BooleanField(default=False, help_text="May sign in without a password in a try-out only")
    is_guest = models.BooleanField(
        default=False, help_text="Came by an invitation to one setup: no password, no e-mail address of ours"
    )
    is_program = models.BooleanField(
        default=False, db_default=False, help_text="The account of a team's token: no way in but by that"
    )
    is_active = models.BooleanField(default=True)
    # Empty: as their browser says, on each device.
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("name", "email")
        constraints = (models.UniqueConstraint(Lower("email"), name="one_user_per_email"),)

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return self.name or self.email

    @property
    def has_made_up_address(self) -> bool:
        """Nobody can be written to there."""
        return self.is_guest or self.is_program

    @property
    def initials(self) -> str:
        words = self.full_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def get_full_name(self) -> str:
        return self.full_name


class Team(models.Model):
    """A consultancy or a company's own admin group: the tenant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=150)
    require_two_factor = models.BooleanField(
        default=False, help_text="Members set up a second factor before anything else"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    CONSULTANT = "consultant", _("Consultant")
    SUPPORT = "support", _("Support")
    VIEWER = "viewer", _("Viewer")
    GUEST = "guest", _("Guest")  # of one setup, never of a team: see `SetupGuest`


MEMBER_ROLES = (Role.OWNER, Role.CONSULTANT, Role.SUPPORT, Role.VIEWER)
MEMBER_ROLE_CHOICES = [(role.value, role.label) for role in MEMBER_ROLES]


class Membership(models.Model):
    # For addresses: the number of a row could be guessed. The database makes them.
    key = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=MEMBER_ROLE_CHOICES)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_team_and_person"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in MEMBER_ROLES]), name="a_role_we_know"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.team}"


class OpenQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> OpenQuerySet:
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """Somebody is asked to become a member. The link's token is known to its receiver only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=MEMBER_ROLE_CHOICES)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = OpenQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.email}, {self.get_role_display()}, {self.team}"

    @property
    def is_open(self) -> bool:
        return not self.accepted_at and not self.revoked_at and self.expires_at > timezone.now()


class SetupGuest(models.Model):
    """This person may see and change this one setup, until then. By id: teams know no setups."""

    user = models.ForeignKey(User, models.CASCADE, related_name="guest_of")
    team = models.ForeignKey(Team, models.CASCADE, related_name="guests")  # the setup's own team
    setup_id = models.UUIDField()
    since = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "setup_id"], name="a_guest_once_per_setup"),)
        indexes = (models.Index(fields=["setup_id"], name="guests_by_setup"),)

    def __str__(self) -> str:
        return f"{self.user}, guest of {self.setup_id} until {self.expires_at:%Y-%m-%d}"


# The audit trail's rows belong to this room too; Django looks for models here.
from teams.models.audit import AuditEntry, AuditPending, AuditPersonal, AuditSeal  # noqa: E402, F401
