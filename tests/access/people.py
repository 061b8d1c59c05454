"""Two teams with everything that an address can be about, and a person of every role in both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from bulk.models import ClientList, ClientRow, Preset
from notices.models import Channel, Delivery
from orgs.fields import Secret
from orgs.models import Connection, Org, RegisteredApp, Revocation
from teams import links
from teams.membership import programs
from teams.models import MEMBER_ROLES, ApiToken, Invitation, Membership, Role, SetupGuest, Team, User
from tests.fixture_types import MakePerson
from wizard.guides import registry
from wizard.guides.defaults import initial_inputs
from wizard.models import GuestInvitation, Setup


@dataclass
class Side:
    """One team and what is in it."""

    team: Team
    org: Org
    setup: Setup
    invitation: Invitation
    revocation: Revocation
    registered_app: RegisteredApp
    delivery: Delivery
    client_row: ClientRow
    team_token: ApiToken
    token: str
    link: GuestInvitation
    people: dict[Role, User] = field(default_factory=dict)

    @property
    def member(self) -> Membership:
        """Somebody whom an owner may change: the consultant."""
        return Membership.objects.get(team=self.team, user=self.people[Role.CONSULTANT])


def make_side(name: str, person: MakePerson) -> Side:
    team = Team.objects.create(name=name)
    org = Org.objects.create(
        team=team, org_id=f"00D{name[:1]}00000000001AAA"[:18], name=f"Client of {name}", is_sandbox=True,
        instance_url="https://client.my.salesforce.com", login_origin="https://test.salesforce.com",
        api_version="66.0",
    )  # fmt: skip
    Connection.objects.create(
        org=org, state=Connection.State.CONNECTED, access_token=Secret("access"),
        refresh_token=Secret("refresh"), user_id="005000000000001AAA", username="admin@client.example",
    )  # fmt: skip
    key = next(iter(registry.GUIDES))
    setup = Setup.objects.create(org=org, guide_key=key, inputs=initial_inputs(registry.get(key)))
    token = links.new_token()
    tomorrow = timezone.now() + timedelta(days=1)
    invitation = Invitation.objects.create(
        team=team, email=f"new@{name.lower()}.example", role=Role.SUPPORT,
        token_hash=links.hash_of(token), expires_at=tomorrow,
    )  # fmt: skip
    revocation = Revocation.objects.create(team=team, origin=org.instance_url, next_try_at=tomorrow)
    revocation.refresh_from_db(fields=["key"])
    app = RegisteredApp.objects.create(team=team, client_id="key", client_secret=Secret("secret"))
    guest = User.objects.create_user(f"{name.lower()}@guests.invalid", name="Gia Guest", is_guest=True)
    # The first two stages are the guest's: every address that lets guests in is about one of them.
    links_out = [
        GuestInvitation.objects.create(
            setup=setup, stage=stage.key, token_hash=links.hash_of(links.new_token()), expires_at=tomorrow,
            used_by=guest, used_at=timezone.now(), salesforce_user_id="005000000000002",
        )
        for stage in setup.guide.stages[:2]
    ]  # fmt: skip
    channel = Channel.objects.create(team=team, type="webhook", address=Secret("https://hooks.example/x"))
    delivery = Delivery.objects.create(channel=channel)
    preset = Preset.objects.create(team=team, name="Usual", set_label="MC", set_name="MC", language="en")
    clients = ClientList.objects.create(team=team, preset=preset, language="en")
    row = ClientRow.objects.create(
        list=clients, number=2, client="Client", preset=preset, state="to_mend", problem="no_email"
    )
    owner = person(f"{name}{Role.OWNER.value} Person", team, Role.OWNER.value)
    made, _secret = programs.make(team, "A script", "act", owner)
    side = Side(team, org, setup, invitation, revocation, app, delivery, row, made, token, links_out[0])
    side.people[Role.OWNER] = owner
    for role in MEMBER_ROLES[1:]:
        side.people[role] = person(f"{name}{role.value} Person", team, role.value)
    # A second owner, so that the first one is not the last.
    person(f"{name}deputy Person", team, Role.OWNER.value)
    SetupGuest.objects.create(user=guest, team=team, setup_id=setup.pk, expires_at=tomorrow)
    side.people[Role.GUEST] = guest
    return side
