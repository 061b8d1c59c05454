"""The orgs of a team, how we may call them, and who works in them."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from orgs import hosts
from orgs.fields import SecretField
from teams.models import User

#: For `defer`, from a row that has an org: who shows or leads a setup needs none of them.
SECRETS_OF_ORG = ("org__client_secret", "org__connection__access_token", "org__connection__refresh_token")


class Org(models.Model):
    """One Salesforce org of a client. `known` is what discovery found (`orgs.discovery`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="orgs")
    # Empty, like the addresses below, until the client's first sign-in binds a setup that was begun by name.
    org_id = models.CharField(max_length=18, blank=True)
    name = models.CharField(max_length=255)
    is_sandbox = models.BooleanField(null=True)  # None: not connected yet
    instance_url = models.URLField(max_length=255)
    login_origin = models.URLField(max_length=255)
    # Where a redirect of the org leads to since its My Domain was renamed; until somebody signed in there.
    moved_to = models.URLField(max_length=255, blank=True, default="", db_default="")
    api_version = models.CharField(max_length=8)
    known = models.JSONField(default=dict)
    assumptions = models.JSONField(default=dict, blank=True)  # set by `manage.py calibrate --set`
    client_id = models.CharField(max_length=255, blank=True)
    client_secret = SecretField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "org_id"], condition=~models.Q(org_id=""), name="one_org_per_team"
            )
        ]
        ordering = ["name", "created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_bound(self) -> bool:
        """Whether we know which Salesforce org this is."""
        return bool(self.org_id)

    @property
    def sign_in_at(self) -> str:
        """Where to sign in to it now."""
        return self.moved_to or self.login_origin

    @property
    def moved_host(self) -> str:
        return urlsplit(self.moved_to).netloc

    @property
    def is_practice(self) -> bool:
        """It is the stand-in on this machine: no company's data."""
        return hosts.is_loopback(urlsplit(self.login_origin).hostname or "")

    @property
    def kind_label(self) -> str:
        if self.is_sandbox is None:
            return gettext("Not connected yet")
        return gettext("Sandbox") if self.is_sandbox else gettext("Production")

    @property
    def host(self) -> str:
        return urlsplit(self.instance_url).netloc

    def own_pair(self) -> tuple[str, str] | None:
        """The org's own client id and secret, if it carries a pair."""
        return (self.client_id, self.client_secret.reveal()) if self.client_id else None

    def may_answer_at(self, origin: str) -> bool:
        """Whether this org can be there: where it was connected, or where it said that it has moved to.

        Any of `SALESFORCE_EXTRA_ORIGINS` could name this org's id; only Salesforce speaks for its own orgs.
        """
        places = {hosts.place_of(each) for each in (self.instance_url, self.moved_to) if each}
        return not places or hosts.place_of(origin) in places


class RegisteredApp(models.Model):
    """An External Client App of a team, as an owner pasted it: for `orgs.connections.credentials` alone.

    One that is local to an org is known at that org's address only; one in a package in every org.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="registered_apps")
    origin = models.URLField(max_length=255, blank=True)  # empty: every org of Salesforce's
    client_id = models.CharField(max_length=255)
    client_secret = SecretField()
    secret_ends_on = models.DateField(null=True)  # as an owner entered it: nothing that we read says it
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "origin"], name="one_app_per_place")]
        ordering = ["origin"]

    def __str__(self) -> str:
        return self.host

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc


class Connection(models.Model):
    """How we may call an org now. Only `orgs.connections.tokens` writes its tokens and its state."""

    class State(models.TextChoices):
        CONNECTED = "connected", gettext_lazy("We have access")
        NEEDS_RECONNECTING = "needs_reconnecting", gettext_lazy("Needs a new sign-in")
        REVOKED = "revoked", gettext_lazy("Our access has ended")

    org = models.OneToOneField(Org, on_delete=models.CASCADE, related_name="connection")
    state = models.CharField(max_length=20, choices=State.choices)
    # Where the tokens came from.
    origin = models.URLField(max_length=255, blank=True, default="", db_default="")
    # The app that they were given to: no other one can renew them. Empty: not noted then.
    client_id = models.CharField(max_length=255, blank=True, default="", db_default="")
    access_token = SecretField()
    refresh_token = SecretField()
    scopes = models.CharField(max_length=255, blank=True)
    user_id = models.CharField(max_length=18)
    username = models.CharField(max_length=255)
    display_name = models.CharField(max_length=255, blank=True)
    # In which their Salesforce speaks to them, as in `User.LanguageLocaleKey`; empty: not told.
    language = models.CharField(max_length=20, blank=True, default="", db_default="")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    granted_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)
    api_used = models.PositiveIntegerField(null=True)
    api_limit = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.username} ({self.state})"

    @property
    def token_origin(self) -> str:
        """Where the tokens came from, which is the only place that they are sent to."""
        return self.origin or self.org.instance_url

    @property
    def is_connected(self) -> bool:
        return self.state == self.State.CONNECTED


class Revocation(models.Model):
    """A token that Salesforce still has to be told to forget. `orgs.connections.revocation` tells it.

    Kept apart from the connection: the org may be gone from here, or may be connected
    again by somebody else, while the old grant still has to end. One that was given up has
    no token any more: it stays until somebody says that they ended the grant by hand.
    """

    # For addresses: the number of a row could be guessed. The database makes them.
    key = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    team = models.ForeignKey("teams.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    origin = models.URLField(max_length=255)
    org_name = models.CharField(max_length=255, blank=True)
    username = models.CharField(max_length=255, blank=True, default="", db_default="")  # of `granted_by`
    token = SecretField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(db_index=True)  # of telling Salesforce; once given up, a person
    given_up_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # when `asked_by` was told of that, or could not be

    def __str__(self) -> str:
        return f"{self.org_name or self.origin}, {self.attempts} attempts"

    @property
    def addressee(self) -> User | None:
        """Who is written to if Salesforce never confirms it."""
        person = self.asked_by
        if person is None or not person.is_active:
            return None
        return None if person.is_demo or person.has_made_up_address else person


class OrgUser(models.Model):
    """A person in the org's directory: so that 20,000 of them are searched in our database."""

    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="people")
    user_id = models.CharField(max_length=18)
    name = models.CharField(max_length=255)
    username = models.CharField(max_length=255)
    email = models.CharField(max_length=255, blank=True)
    profile = models.CharField(max_length=255, blank=True)
    licence = models.CharField(max_length=255, blank=True)
    active = models.BooleanField()
    search_text = models.GeneratedField(
        expression=Lower(Concat("name", Value(" "), "username", Value(" "), "email")),
        output_field=models.TextField(),
        db_persist=True,
    )
    #: How else people write the name, for the search: filled as the person is read.
    other_spellings = models.TextField(default="", db_default="", blank=True)
    seen_at = models.DateTimeField(default=timezone.now)  # the refresh that last saw it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "user_id"], name="one_directory_row_per_user")]
        indexes = [
            models.Index("org", "name", name="directory_by_name"),
            models.Index("org", Lower("username"), name="directory_by_username"),
            models.Index("org", Lower("email"), name="directory_by_email"),
            models.Index("org", "profile", name="directory_by_profile"),
        ]
        ordering = ["name", "username"]

    def __str__(self) -> str:
        return f"{self.name} ({self.username})"
