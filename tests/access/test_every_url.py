"""Every address x every role x own team, another team, signed out; GET and POST."""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from teams.access import ALLOWED, Action
from teams.models import Role
from tests.access.people import Side
from tests.access.table import TABLE, ByToken, InTeam, Open, Own, Rule
from tests.access.walk import Url, every_url
from tests.fixture_types import SignedIn
from tests.rows import failing_apart

pytestmark = pytest.mark.django_db

NOBODYS = "00000000-0000-4000-8000-000000000000"
URLS = {url.name: url for url in every_url()}
BY_TOKEN = [name for name, rule in TABLE.items() if isinstance(rule, ByToken)]
METHODS = ("get", "post")
RULES = [name for name, rule in TABLE.items() if isinstance(rule, Rule)]
OWN = [name for name, rule in TABLE.items() if isinstance(rule, Own)]
OPEN = [name for name, rule in TABLE.items() if isinstance(rule, Open)]
IN_TEAM = [name for name, rule in TABLE.items() if isinstance(rule, InTeam)]


def address(url: Url, side: Side) -> str:
    """The address with the ids of this side's things."""
    setup = side.setup
    values: dict[str, object] = {
        "team_id": side.team.pk,
        "org_id": side.org.pk,
        "setup_id": setup.pk,
        "key": _key(url, side),
        "invitation_id": side.invitation.pk,
        "link_id": side.link.pk,
        "job_id": NOBODYS,
        "app_id": side.registered_app.pk,
        "token_id": side.team_token.pk,
        "channel_id": side.delivery.channel_id,
        "delivery_key": side.delivery.key,
        "list_id": side.client_row.list_id,
        "row_id": side.client_row.pk,
        "preset_id": side.client_row.preset_id,
        "token": side.token,
        "stage_key": setup.guide.stages[1].key,
        "step_key": setup.guide.stages[1].steps[0].key,
        "input_key": next(each.key for each in setup.guide.inputs if each.kind in ("person", "people")),
        "pk": 1,
        "provider_id": "company",
        "uidb36": "a",
    }
    # Regular expressions (allauth's, in part) have named groups instead of converters.
    names = set(url.converters) | set(re.findall(r"\(\?P<(\w+)>", url.route))
    return reverse(url.name, kwargs={name: values[name] for name in names})


def _key(url: Url, side: Side) -> object:
    return {"teams": side.member.key, "orgs": side.revocation.key}.get(url.name.partition(":")[0], "x")


def ask(browser: Client, method: str, path: str) -> int:
    """The status of the answer; whatever it changed is rolled back."""
    with transaction.atomic():
        status: int = getattr(browser, method)(path).status_code
        transaction.set_rollback(True)
    return status


def login_asked(browser: Client, method: str, path: str) -> bool:
    answer = getattr(browser, method)(path)
    return bool(answer.status_code == 302 and answer["Location"].startswith(reverse("account_login")))


def test_every_address_has_its_row_and_every_row_its_address():
    assert set(URLS) == set(TABLE)


def test_a_teams_thing_is_for_that_teams_people_by_their_role(ours: Side, theirs: Side, signed_in: SignedIn):
    own = {role: signed_in(user) for role, user in ours.people.items()}
    others = {role: signed_in(user) for role, user in theirs.people.items()}

    def check(row: tuple[str, str]) -> None:
        name, method = row
        rule = TABLE[name]
        assert isinstance(rule, Rule)
        wanted = rule.get if method == "get" else rule.post
        path = address(URLS[name], ours)
        assert login_asked(Client(), method, path), "signed out"
        for role, browser in own.items():
            status = ask(browser, method, path)
            assert _is_right(status, wanted, role, rule), f"{role} of the team: {status}"
        for role, browser in others.items():
            status = ask(browser, method, path)
            let_in = wanted is None and (rule.guests or role is not Role.GUEST)
            assert status == (405 if let_in else 404), f"{role} of another team: {status}"

    assert failing_apart(product(RULES, METHODS), check) == []


def _is_right(status: int, wanted: Action | None, role: Role, rule: Rule) -> bool:
    if role is Role.GUEST and not rule.guests:
        return status == 404
    if wanted is None:
        return status == 405
    if wanted not in ALLOWED[role]:
        return status == 403
    return status in (200, 302, 400, 422)


def test_what_is_a_persons_own_needs_a_sign_in_and_no_role(ours: Side, signed_in: SignedIn):
    def check(row: tuple[str, str]) -> None:
        name, method = row
        path = address(URLS[name], ours)
        assert getattr(Client(), method)(path).status_code == 302, "signed out"
        if "pk" in URLS[name].converters:
            return  # another test: a key that is somebody else's
        rule = TABLE[name]
        assert isinstance(rule, Own)
        for role, user in ours.people.items():
            status = ask(signed_in(user), method, path)
            if role is Role.GUEST and not rule.guests:
                # allauth leads on from its own base, whatever the answer there was: to a page that is 404.
                assert status == (302 if name == "account" else 404), f"a guest has nothing there: {status}"
            else:
                assert status in (200, 302, 400, 405, 422, *MAY_ANSWER.get(name, ())), f"{role}: {status}"

    assert failing_apart(product(OWN, METHODS), check) == []


# Asking who it is, of people who have nothing to prove it with; factors that a person does not have.
MAY_ANSWER = {
    "account_reauthenticate": (403,),
    "mfa_reauthenticate": (403,),
    "mfa_reauthenticate_webauthn": (403,),
    "teams:still_you": (403,),
    "teams:revoke_token": (404,),
    "mfa_deactivate_totp": (404,),
    "mfa_view_recovery_codes": (404,),
    "mfa_download_recovery_codes": (404,),
}


def test_an_open_page_says_nothing_that_needs_a_sign_in(ours: Side):
    def check(row: tuple[str, str]) -> None:
        name, method = row
        answer = getattr(Client(), method)(address(URLS[name], ours))
        assert answer.status_code < 500
        if hasattr(answer, "content"):
            html = answer.content.decode()
            for secret in (ours.org.name, str(ours.setup.pk), ours.people[Role.OWNER].email):
                assert secret not in html

    assert failing_apart(product(OPEN, METHODS), check) == []


def test_a_signed_in_browser_is_nobody_where_programs_call(ours: Side, signed_in: SignedIn):
    owner = signed_in(ours.people[Role.OWNER])

    def check(row: tuple[str, str]) -> None:
        name, method = row
        answer = getattr(owner, method)(address(URLS[name], ours))
        assert answer.status_code in (401, 405), answer.status_code
        assert answer.json()["code"] in ("no_token", "method_not_allowed")

    assert failing_apart(product(BY_TOKEN, METHODS), check) == []


def test_a_page_about_the_persons_teams_needs_a_team_in_which_they_may(ours: Side, signed_in: SignedIn):
    def check(name: str) -> None:
        rule = TABLE[name]
        assert isinstance(rule, InTeam)
        path = address(URLS[name], ours)
        assert login_asked(Client(), "get", path)
        for role, user in ours.people.items():
            may = role is not Role.GUEST and rule.action in ALLOWED[role]
            status = ask(signed_in(user), "get", path)
            refused = 404 if role is Role.GUEST else rule.otherwise
            assert status in (200, 302) if may else status == refused, f"{role}: {status}"

    assert failing_apart(IN_TEAM, check) == []


def test_nothing_is_addressed_by_a_number_that_could_be_guessed():
    numbered = {url.name for url in URLS.values() if "IntConverter" in url.converters.values()}
    assert numbered == {"mfa_edit_webauthn", "mfa_remove_webauthn"}, "allauth's: a person's own keys only"
    for name in RULES:
        assert "UUIDConverter" in URLS[name].converters.values(), name


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
@pytest.mark.parametrize("method", METHODS)
def test_another_persons_key_does_not_exist(name: str, method: str, ours: Side, signed_in: SignedIn):
    from allauth.mfa.models import Authenticator

    owner, consultant = ours.people[Role.OWNER], ours.people[Role.CONSULTANT]
    data = {"name": "phone", "credential": {}}
    key = Authenticator.objects.create(user=consultant, type=Authenticator.Type.WEBAUTHN, data=data)
    path = reverse(name, kwargs={"pk": key.pk})
    assert ask(signed_in(owner), method, path) == 404


def test_an_id_that_nobody_has_is_not_found(ours: Side, signed_in: SignedIn):
    owner = signed_in(ours.people[Role.OWNER])
    theirs = (ours.team.pk, ours.org.pk, ours.setup.pk, ours.invitation.pk, ours.link.pk)
    known = [str(each) for each in (*theirs, ours.member.key, ours.revocation.key, ours.registered_app.pk)]
    row = ours.client_row
    known += [str(each) for each in (ours.delivery.channel_id, row.pk, row.list_id, row.preset_id)]
    known.append(str(ours.team_token.pk))

    def check(name: str) -> None:
        rule = TABLE[name]
        assert isinstance(rule, Rule)
        path = address(URLS[name], ours)
        for each in known:
            path = path.replace(each, NOBODYS)
        assert ask(owner, "get" if rule.get else "post", path) == 404

    assert failing_apart(RULES, check) == []
