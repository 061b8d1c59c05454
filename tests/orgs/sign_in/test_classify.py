from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest
from django.urls import reverse

from orgs import forms, hosts
from orgs.oauth import GrantRefused
from orgs.salesforce.errors import NoAnswer, OrgMoved, SalesforceError, SessionRefused, error_for
from orgs.sign_in import classify as signin_errors
from orgs.sign_in import flow, pending
from orgs.sign_in.classify import classify, code_for
from orgs.sign_in.messages import EXPLANATIONS, HOST_REFUSED
from wizard.views import client_setups, guest_entry

# The tables of the fact sheet's section 7: what Salesforce answers -> our reason.
TABLE = [
    ("access_denied", "end-user denied authorization", "access_denied"),
    ("access-denied", "end-user denied authorization", "access_denied"),
    ("OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app", "not_approved"),
    ("invalid_app_access", "user is not admin approved to access this app", "not_approved"),
    ("OAUTH_APPROVAL_ERROR_GENERIC", "An unexpected error has occurred", "generic"),
    ("OAUTH_AUTHORIZATION_BLOCKED", "", "blocked"),
    ("app_blocked", "this app is blocked by admin", "blocked"),
    ("invalid_client", "app must be installed into org", "app_not_installed"),
    ("invalid_client", "External client app is not installed in this org", "ec_app_missing"),
    ("invalid_client", "invalid client credentials", "invalid_client"),
    ("invalid_client_id", "client identifier invalid", "invalid_client_id"),
    ("redirect_uri_mismatch", "redirect_uri must match configuration", "redirect_uri_mismatch"),
    ("invalid_grant", "expired authorization code", "code_expired"),
    ("invalid_grant", "invalid authorization code", "code_expired"),
    ("invalid_grant", "user hasn't approved this consumer", "not_approved"),
    ("invalid_grant", "inactive user", "inactive_user"),
    ("invalid_grant", "IP restricted", "ip_restricted"),
    ("invalid_grant", "invalid login hours", "login_hours"),
    ("invalid_scope", "", "invalid_scope"),
    ("invalid_request", "", "invalid_request"),
    ("unsupported_grant_type", "grant type not supported", "invalid_request"),
    ("rate_limit_exceeded", "", "rate_limited"),
    ("OAUTH_APP_BLOCKED", "this app is blocked by admin", "blocked"),
    ("fail_close_app_blocked", "", "blocked"),
    ("OAUTH_EC_APP_NOT_FOUND", "External client app is not installed in this org", "ec_app_missing"),
    ("app_not_found", "", "ec_app_missing"),
    ("inactive_user", "user is inactive", "inactive_user"),
    ("inactive_org", "org is locked, closed, or suspended", "inactive_org"),
    ("invalid_grant", "inactive organization", "inactive_org"),
    ("immediate_unsuccessful", "", "not_finished"),
    ("login_required", "", "not_finished"),
    ("redirect_uri_missing", "redirect_uri not provided", "redirect_uri_mismatch"),
    ("invalid_session_level", "", "session_level"),
    ("oauth_flow_disabled", "", "invalid_request"),
    ("server_error", "", "salesforce_down"),
    ("temporarily_unavailable", "", "salesforce_down"),
    ("slow_down", "", "rate_limited"),
    ("invalid_grant", "token request is already being processed", "busy"),
    ("invalid_grant", "user hasn\u2019t\u00a0approved this consumer", "not_approved"),
    ("access\u2011denied", "end\u2013user denied authorization", "access_denied"),
    ("OAUTH_SOMETHING_BLOCKED", "", "blocked"),
    ("OAUTH_FROM_NEXT_YEAR", "", "generic"),
    ("something_new", "from next year", "unknown"),
    ("", "", "unknown"),
]


@pytest.mark.parametrize(("error", "description", "code"), TABLE)
def test_what_salesforce_answers_has_a_reason(error: str, description: str, code: str) -> None:
    assert classify(error, description) == code
    assert code_for(GrantRefused(error, description)) == code
    assert code in EXPLANATIONS


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (NoAnswer("TIMEOUT"), "no_network"),
        (error_for(503, "SERVER_UNAVAILABLE"), "salesforce_down"),
        (error_for(503), "salesforce_down"),
        (error_for(429), "rate_limited"),
        (error_for(403, "REQUEST_LIMIT_EXCEEDED"), "limit_reached"),
        (error_for(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."), "concurrent_limit"),
        (error_for(403, "REQUEST_LIMIT_EXCEEDED", "Limit of this user exceeded."), "user_limit"),
        (error_for(403, "REQUEST_LIMIT_EXCEEDED", "Some limit exceeded."), "other_limit"),
        (SessionRefused("This session is not valid for use with the REST API"), "session_refused"),
        (OrgMoved("https://acme-new.my.salesforce.com"), "org_moved"),
        (error_for(403, "API_DISABLED_FOR_ORG"), "api_disabled"),
        (error_for(403, "API_CURRENTLY_DISABLED"), "api_disabled"),
        (error_for(400, "WHAT_IS_THIS"), "unknown"),
    ],
)
def test_a_call_of_ours_that_fails_has_a_reason(problem: SalesforceError, code: str) -> None:
    assert code_for(problem) == code


def _strings(module: Any) -> set[str]:
    tree = ast.parse(inspect.getsource(module))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _first_arguments(module: Any, name: str) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == name and call.args
        and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }  # fmt: skip


def test_every_reason_in_the_code_has_words_and_every_words_a_reason() -> None:
    raised = (
        _first_arguments(flow, "SignInProblem")
        | _first_arguments(pending, "StateProblem")
        | set(signin_errors._BY_ERROR.values())
        | {code for _, _, code in signin_errors._BY_DESCRIPTION}
        | ({"same_name_org", "different_org"} & _strings(flow) & _strings(client_setups))
        | (_strings(signin_errors) & set(EXPLANATIONS))
        | set(forms.SEEN)
        | _first_arguments(client_setups, "SignInProblem")
        | set(guest_entry.PROBLEMS.values())
    )
    assert raised == set(EXPLANATIONS)


def test_every_refused_address_has_words() -> None:
    assert _first_arguments(hosts, "HostRefused") == set(HOST_REFUSED)


@pytest.mark.parametrize("code", sorted(EXPLANATIONS))
def test_every_explanation_says_what_to_do_and_who_can(code: str) -> None:
    words = EXPLANATIONS[code]
    params = dict.fromkeys(("asked", "answered", "expected", "got", "redirect_uri", "moved_to"), "X")
    for sentence in (words.title, words.happened, *words.do):
        assert str(sentence) % params
    assert words.do
    assert str(words.who)


SECRETS = "code=aPrxSECRET&state=STATESECRET&access_token=00D!SECRET&sid=SECRET"


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        (
            "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp"
            "?error=invalid_client&error_description=app+must+be+installed+into+org&" + SECRETS,
            "app_not_installed",
        ),
        ("https://x/_nc_external/identity?error=OAUTH_APPROVAL_ERROR_GENERIC&" + SECRETS, "generic"),
        ("OAUTH_APPROVAL_ERROR_GENERIC : An unexpected error has occurred. " + SECRETS, "generic"),
        ("OAuth App Blocked " + SECRETS, "blocked"),
        (
            "error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match " + SECRETS,
            "redirect_uri_mismatch",
        ),
        ("?error=from_next_year&" + SECRETS, "unknown"),
        ("OAUTH_EC_APP_NOT_FOUND", "ec_app_missing"),
        ("OAUTH_APP_BLOCKED : this app is blocked by admin", "blocked"),
        ("Error: inactive_org " + SECRETS, "inactive_org"),
        ("immediate_unsuccessful", "not_finished"),
        ("User hasn\u2019t approved\u00a0this consumer " + SECRETS, "not_approved"),
        ("OAUTH\u200b_APP_ACCESS_DENIED", "not_approved"),
        ("Sign-in failed: rate_limit_exceeded", "rate_limited"),
        ("user is inactive", "inactive_user"),
        ("This page has expired or was answered already. Start again from the app.", "state_used"),
    ],
)
@pytest.mark.django_db
def test_a_pasted_page_is_explained_and_nothing_else_of_it_is_kept(
    signed_in: Any, dana: Any, pasted: str, code: str, caplog: Any
) -> None:
    site = signed_in(dana)
    response = site.post(reverse("orgs:stranded"), {"address": pasted})
    html = response.content.decode()
    assert f'data-code="{code}"' in html
    assert "SECRET" not in html + caplog.text + str(dict(site.session))
    assert "<script>" not in html


@pytest.mark.parametrize(
    "pasted",
    [
        "https://[broken?error=x " + SECRETS,
        "?error=<script>alert(1)</script>&" + SECRETS,
        "nothing of use " + SECRETS,
        "",
    ],
)
@pytest.mark.django_db
def test_where_no_error_is_found_the_form_stays_and_says_what_else_can_be_done(
    signed_in: Any, dana: Any, pasted: str, caplog: Any
) -> None:
    site = signed_in(dana)
    response = site.post(reverse("orgs:stranded"), {"address": pasted})
    html = response.content.decode()
    assert response.status_code == 422
    assert "We found no error in it that we know." in html
    assert 'name="seen"' in html
    assert "SECRET" not in html + caplog.text + str(dict(site.session))
    assert "<script>" not in html


@pytest.mark.django_db
def test_an_unknown_error_is_shown_where_the_page_says_and_leads_back_to_the_form(
    signed_in: Any, dana: Any
) -> None:
    html = (
        signed_in(dana).post(reverse("orgs:stranded"), {"address": "?error=from_next_year"}).content.decode()
    )
    assert html.index("send the details below") < html.index("<code>from_next_year</code>")
    assert f'href="{reverse("orgs:stranded")}">Explain another error' in html
    assert "Sign in again." not in html, "there is no such button here"


@pytest.mark.parametrize("seen", sorted(forms.SEEN))
@pytest.mark.django_db
def test_a_person_may_choose_what_they_see_instead(signed_in: Any, dana: Any, seen: str) -> None:
    response = signed_in(dana).post(reverse("orgs:stranded"), {"seen": seen})
    assert f'data-code="{seen}"' in response.content.decode()


@pytest.mark.django_db
def test_a_colleague_gets_a_text_and_the_org_a_link(browser: Any, sf_org: Any, dana: Any) -> None:
    from tests.orgs.stand_in import admin_of

    org = sf_org()
    org.switches.our_app = "blocked"
    person = browser(dana)
    html = person.connect(admin_of(org)).content.decode()
    assert 'class="copy"' in html
    assert f"{person.stand.url}/lightning/setup/ConnectedAppsUsage/home" in html
    assert f'name="address" value="{person.stand.url}"' in html
