from __future__ import annotations

import ast
import inspect
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from orgs import forms, hosts
from orgs.oauth import GrantRefused
from orgs.salesforce.errors import NoAnswer, OrgMoved, SalesforceError, SessionRefused, error_for
from orgs.sign_in import classify as signin_errors
from orgs.sign_in import flow, pending
from orgs.sign_in.classify import classify, code_for
from orgs.sign_in.messages import EXPLANATIONS
from orgs.sign_in.messages.hosts import HOST_REFUSED
from teams.models import User
from tests.fixture_types import BrowserOf, MakeStandInOrg, SignedIn
from wizard.views import client_setups, guest_entry

# The tables of the fact sheet's section 7: what Salesforce answers -> our reason.
TABLE = [
    ("access_denied", "end-user denied authorization", "access_denied"),
    ("access-denied", "end-user denied authorization", "access_denied"),
    ("access_denied", "this app is blocked by admin", "blocked"),
    ("access_denied", "", "access_denied"),
    # Nobody clicked Deny.
    ("access_denied", "app must be installed into org", "app_not_installed"),
    ("access_denied", "External client app is not installed in this org", "ec_app_missing"),
    ("access_denied", "user hasn't approved this consumer", "not_approved"),
    ("access_denied", "IP restricted", "ip_restricted"),
    ("access_denied", "user is inactive", "inactive_user"),
    ("access_denied", "Diese Anwendung ist vom Administrator gesperrt", "unknown"),
    ("OAUTH_APP_NOT_INSTALLED", "", "app_not_installed"),
    ("OAUTH_APP_UNINSTALLED", "app must be installed into org", "app_not_installed"),
    ("OAUTH_FROM_NEXT_YEAR", "app must be installed into org", "app_not_installed"),
    ("OAUTH_USER_NOT_FOUND", "", "generic"),
    ("invalid_grant", "password expired", "password_expired"),
    ("invalid_grant", "trial has expired", "unknown"),
    ("invalid_grant", "inactive trial org", "unknown"),
    ("invalid_grant", "too many requests, temporarily blocked", "unknown"),
    ("access_denied", "user is not admin approved to access this app", "not_approved"),
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
    ("invalid_grant", "authentication failure", "authentication_failure"),
    ("invalid_grant", "", "code_expired"),
    # Reported, and of no cause that is known: nobody is told that a code was too old.
    ("invalid_grant", "activation secret invalid", "unknown"),
    ("invalid_grant", "multi-factor authentication required", "unknown"),
    ("invalid_grant", "no valid scopes defined", "invalid_scope"),
    ("invalid_grant", "expired access/refresh token", "grant_ended"),
    ("invalid_grant", "token validity expired", "grant_ended"),
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


#: The values of Salesforce's help pages (web server, user-agent, refresh and device flow, authorization
#: errors), of the fact sheet's section 7, and of its Mobile SDK (`OAuthErrorCode`).
DOCUMENTED = [
    "access_denied",
    "access-denied",
    "app_blocked",
    "app_not_found",
    "authorization_pending",
    "client_blocked",
    "fail_close_app_blocked",
    "immediate_unsuccessful",
    "inactive_org",
    "inactive_user",
    "invalid_app_access",
    "invalid_assertion_type",
    "invalid_client",
    "invalid_client_id",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_session_level",
    "oauth_flow_disabled",
    "rate_limit_exceeded",
    "redirect_uri_mismatch",
    "redirect_uri_missing",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "OAUTH_APP_ACCESS_DENIED",
    "OAUTH_APP_BLOCKED",
    "OAUTH_APPROVAL_ERROR_GENERIC",
    "OAUTH_AUTHORIZATION_BLOCKED",
    "OAUTH_EC_APP_NOT_FOUND",
]


@pytest.mark.django_db
def test_no_documented_value_comes_to_the_page_of_what_we_do_not_know(
    signed_in: SignedIn, dana: User
) -> None:
    """Each is told in words of its own, with what to do and who can; pasted, as people meet it."""
    site, general, untold = signed_in(dana), str(EXPLANATIONS["unknown"].title), []
    for error in (*DOCUMENTED, *signin_errors._BY_ERROR):
        page = site.post(reverse("orgs:stranded"), {"address": f"?error={error}"}).content.decode()
        words = EXPLANATIONS.get(classify(error))
        if words is None or not words.do or str(words.title) not in unescape(page) or general in page:
            untold.append(error)
    assert untold == []
    codes_of_ours = site.post(reverse("orgs:stranded"), {"address": "?error=org_moved"})
    assert general in codes_of_ours.content.decode(), "no sign-in of ours told where the org went"


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
        (error_for(302, "UNEXPECTED_REDIRECT"), "sent_elsewhere"),
        (error_for(403, "API_DISABLED_FOR_ORG"), "api_disabled"),
        (error_for(403, "API_CURRENTLY_DISABLED"), "api_disabled"),
        (error_for(403, "Wrong_Org"), "identity_refused"),
        (error_for(403, "No_Access"), "identity_refused"),
        (error_for(404, "Bad_Id"), "identity_refused"),
        (error_for(403, "Inactive"), "inactive_user"),
        (error_for(400, "QUERY_TIMEOUT", "Your query request was running for too long."), "no_network"),
        (error_for(403, "ORG_LOCKED"), "inactive_org"),
        (error_for(403, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"), "password_expired"),
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
        | {code for *_, code in (*signin_errors._SAID, *signin_errors._SAID_OF)}
        | ({"same_name_org", "different_org"} & _strings(flow) & _strings(client_setups))
        | (_strings(signin_errors) & set(EXPLANATIONS))
        | set(forms.SEEN)
        | _first_arguments(client_setups, "SignInProblem")
        | set(guest_entry.PROBLEMS.values())
        | ({"guest_same_name_org"} & _strings(guest_entry))
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
        ("https://[broken?error=x " + SECRETS, "unknown"),
        ("OAUTH_EC_APP_NOT_FOUND", "ec_app_missing"),
        ("OAUTH_APP_BLOCKED : this app is blocked by admin", "blocked"),
        ("Error: inactive_org " + SECRETS, "inactive_org"),
        ("immediate_unsuccessful", "not_finished"),
        ("The External Client App isn\u2019t installed in this org. " + SECRETS, "ec_app_missing"),
        ("External client app is not installed", "ec_app_missing"),
        ("Your admin has blocked this app " + SECRETS, "blocked"),
        ("1801 : This app is blocked", "blocked"),
        ("User hasn\u2019t approved\u00a0this consumer " + SECRETS, "not_approved"),
        ("OAUTH\u200b_APP_ACCESS_DENIED", "not_approved"),
        ("Sign-in failed: rate_limit_exceeded", "rate_limited"),
        ("user is inactive", "inactive_user"),
        ("Error: expired access/refresh token " + SECRETS, "grant_ended"),
        ("{'error':'invalid_grant','error_description':'expired access/refresh token'}", "grant_ended"),
        ("invalid_grant \u2013 Expired\u00a0access/refresh token", "grant_ended"),
        ('[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}] ', "grant_ended"),
        ("This session is not valid for use with the REST API", "session_refused"),
        ("invalid_grant::authentication failure " + SECRETS, "authentication_failure"),
        ("expired authorization code", "code_expired"),
        # Codes whose underscores somebody or a word processor wrote as hyphens of any kind.
        ("OAUTH\u2011APP\u2011ACCESS\u2011DENIED " + SECRETS, "not_approved"),
        ("OAUTH\u2013EC\u2013APP\u2013NOT\u2013FOUND", "ec_app_missing"),
        ("inactive\u2010org", "inactive_org"),
        ("redirect-uri-mismatch", "redirect_uri_mismatch"),
        ("?error=access\u2011denied", "access_denied"),
        # The address in the writing of a mail program, a page's source, a log, an answer.
        (
            "https://safelinks.example/?url=https%3A%2F%2Facme.my.salesforce.com%2Fsetup%2Fsecur%2FRemoteAccess"
            "ErrorPage.apexp%3Ferror%3Dinvalid_client%26error_description%3Dapp%2Bmust%2Bbe%2Binstalled%2Binto"
            "%2Borg%26code%3DaPrxSECRET&data=SECRET",
            "app_not_installed",
        ),
        (
            "/RemoteAccessErrorPage.apexp?error=invalid_client&amp;error_description=app%20must%20be%20installed"
            "%20into%20org&amp;code=aPrxSECRET",
            "app_not_installed",
        ),
        (
            "error=invalid_client error_description=app must be installed into org " + SECRETS,
            "app_not_installed",
        ),
        (
            '{"error":"invalid_grant","error_description":"user hasn\'t approved this consumer"} ' + SECRETS,
            "not_approved",
        ),
        ("http://x/orgs/callback/#error=access_denied&" + SECRETS, "access_denied"),
        ("This page has expired or was answered already. Start again from the app.", "state_used"),
    ],
)
@pytest.mark.django_db
def test_a_pasted_page_is_explained_and_nothing_else_of_it_is_kept(
    signed_in: SignedIn, dana: User, pasted: str, code: str, caplog: pytest.LogCaptureFixture
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
        "https://[broken?code=x " + SECRETS,
        "?error=<script>alert(1)</script>&" + SECRETS,
        "nothing of use " + SECRETS,
        "",
    ],
)
@pytest.mark.django_db
def test_where_no_error_is_found_the_form_stays_and_says_what_else_can_be_done(
    signed_in: SignedIn, dana: User, pasted: str, caplog: pytest.LogCaptureFixture
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
    signed_in: SignedIn, dana: User
) -> None:
    html = (
        signed_in(dana).post(reverse("orgs:stranded"), {"address": "?error=from_next_year"}).content.decode()
    )
    assert html.index("send the details below") < html.index("<code>from_next_year</code>")
    assert f'href="{reverse("orgs:stranded")}">Explain another error' in html
    assert "Sign in again." not in html, "there is no such button here"


@pytest.mark.parametrize("seen", sorted(forms.SEEN))
@pytest.mark.django_db
def test_a_person_may_choose_what_they_see_instead(signed_in: SignedIn, dana: User, seen: str) -> None:
    response = signed_in(dana).post(reverse("orgs:stranded"), {"seen": seen})
    assert f'data-code="{seen}"' in response.content.decode()


@pytest.mark.django_db
def test_a_colleague_gets_a_text_and_the_org_a_link(
    browser: BrowserOf, sf_org: MakeStandInOrg, dana: User
) -> None:
    from tests.orgs.stand_in import admin_of

    org = sf_org()
    org.switches.our_app = "blocked"
    person = browser(dana)
    html = person.connect(admin_of(org)).content.decode()
    assert 'class="copy"' in html
    assert f"{person.stand.url}/lightning/setup/ConnectedAppsUsage/home" in html
    assert f'name="address" value="{person.stand.url}"' in html
