"""Going through the answers of an org once, with a grant that is ended afterwards whatever came of it.

It stays in the request that Salesforce leads back to, and is no job: a worker would have to be given the
token, by the database or the broker, and then "nothing is kept" would be untrue for as long as the job waits
or is repeated. So that a slow org holds no thread for long, everything that is read shares one patience of
20 seconds, trickling answers included (`callbacks.PATIENCE`), and sign-ins of one person are limited.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.utils import timezone

from orgs import oauth
from orgs.models import Org
from orgs.salesforce.client import Client
from orgs.salesforce.errors import SalesforceError
from orgs.sign_in import callbacks
from orgs.sign_in.callbacks import SignInResult
from orgs.sign_in.errors import SignInProblem
from orgs.sign_in.flow import MALFORMED
from wizard.guides.base import Finding, Status
from wizard.guides.connected_app_authentication.calibration import trial
from wizard.guides.connected_app_authentication.calibration.points import Point
from wizard.guides.text import Json, Text
from wizard.guides.text import gettext_noop as _
from wizard.state import api_usage
from wizard.support.connection_test.protocol import (
    SIGN_IN,
    Answer,
    Assumed,
    Outcome,
    Protocol,
    without_people,
)

log = logging.getLogger(__name__)

OK, NOTE, FAILED = Outcome.OK, Outcome.NOTE, Outcome.FAILED
CAME_BACK = Text(_("Salesforce sent you back, with a code for one use."))


def begin(team_id: str, origin: str, org: Org | None) -> Protocol:
    waiting = Answer("authorize", Outcome.WAITING, Text(_("Salesforce has not sent you back yet.")))
    began_at = timezone.now().isoformat()
    return Protocol(team_id, origin, began_at, str(org.pk) if org else "", answers=(waiting,))


def failed(began: Protocol, problem: SignInProblem) -> Protocol:
    """The sign-in itself did not work: what was answered at the step that ended it."""
    step = problem.step or "authorize"
    before = SIGN_IN[: SIGN_IN.index(step)]
    passed = {"authorize": CAME_BACK, "token": Text(_("Salesforce gave a token."))}
    said = Text("{said}", {"said": without_people(problem.raw)}) if problem.raw else Text(_("An error."))
    answers = [Answer(key, OK, passed[key]) for key in before]
    made = began.with_answers(*answers, Answer(step, FAILED, said, problem.code))
    return replace(made, params=problem.params)


def look_around(began: Protocol, arrival: SignInResult, org: Org | None) -> Protocol:
    """Everything that a signed-in person's org answers. Reads only."""
    signed_in = began.with_answers(
        Answer("authorize", OK, CAME_BACK), _token(arrival), _identity(arrival, org)
    )
    found = replace(signed_in, org_id=arrival.seen.org_id)
    try:
        with callbacks.client_of(arrival) as client:
            return _offers(found, client, arrival, org.assumptions if org else {})
    except SalesforceError as error:
        said = Text("{said}", {"said": _scrubbed(f"{error.code}: {error.message}", arrival)})
        return found.with_answers(Answer("reading", FAILED, said, error.code))
    except MALFORMED as rubbish:
        log.warning("A connection's test can't read the org: %s", type(rubbish).__name__)
        unread = Text(_("The answers are not as Salesforce writes them."))
        return found.with_answers(Answer("reading", FAILED, unread, "UNREADABLE_ANSWER"))


def _offers(found: Protocol, client: Client, arrival: SignInResult, settings: Mapping[str, str]) -> Protocol:
    versions = _versions(client.versions(), arrival.seen.api_version)
    tried = trial.run(client, arrival.seen.known, settings, arrival.identity.user_id)
    answers = [versions, _limits(client), _package(arrival)]
    answers += [_looked(each) for each in tried.objects]
    answers += [_right(number, each) for number, each in enumerate(tried.rights)]
    points = tuple(_assumed(point, arrival) for point in tried.points)
    return replace(found.with_answers(*answers), points=points)


def _token(arrival: SignInResult) -> Answer:
    granted = set(arrival.grant.scopes.split())
    lacking = [scope for scope in oauth.SCOPE_REASONS if scope not in granted]
    if not arrival.grant.refresh_token:
        return Answer(
            "token", NOTE, Text(_("Salesforce gave nothing to renew the sign-in with.")), "no_refresh"
        )
    scopes = {"scopes": " ".join(sorted(granted))}
    if lacking:
        said = Text(_("Granted: {scopes}. Not granted: {lacking}."), scopes | {"lacking": " ".join(lacking)})
        return Answer("token", NOTE, said, "invalid_scope")
    return Answer("token", OK, Text(_("A token, and one to renew it. Granted: {scopes}."), scopes))


_KINDS = {True: Text(_("a sandbox")), False: Text(_("a production org or a Developer Edition"))}


def _identity(arrival: SignInResult, org: Org | None) -> Answer:
    if org and org.org_id and org.org_id != arrival.seen.org_id:
        return Answer(
            "identity", NOTE, Text(_("Another org answered than the one that was tested.")), "another"
        )
    kind = _KINDS[arrival.seen.is_sandbox].to_json()
    said = Text(_("It is {kind}, and the token belongs to it. Its id: {id}."))
    return Answer("identity", OK, replace(said, params={"kind": kind, "id": arrival.seen.org_id}))


def _versions(offered: list[str], used: str) -> Answer:
    values = {"first": offered[0], "last": offered[-1], "used": used}
    return Answer("versions", OK, Text(_("From {first} to {last}. We use {used}."), values))


def _limits(client: Client) -> Answer:
    if client.usage is None:
        return Answer(
            "limits", NOTE, Text(_("Salesforce did not say how many calls are left.")), "limits_unseen"
        )
    used, limit = client.usage[:2]
    said = Text(_("{used} of {limit} calls in 24 hours are used."), {"used": used, "limit": limit})
    few = used * 100 >= limit * api_usage.WARN_AT
    return Answer("limits", NOTE if few else OK, said, "limits_few" if few else "")


def _package(arrival: SignInResult) -> Answer:
    known: Mapping[str, Json] = arrival.seen.known
    if version := known.get("package_version"):
        return Answer("package", OK, Text(_("Version {version} is installed."), {"version": version}))
    if code := known.get("package_version_unread"):
        return Answer("package", NOTE, Text(_("Your user may not see the version ({code})."), {"code": code}))
    return Answer("package", NOTE, Text(_("The package is not installed.")), "package_missing")


def _looked(at: trial.Looked) -> Answer:
    about = Text("{name}", {"name": at.sobject})
    key = f"object:{at.sobject}"
    if at.code:
        return Answer(key, FAILED, Text(_("Refused: {code}"), {"code": at.code}), at.code, about)
    if at.hidden:
        said = Text(_("Readable, but without: {fields}"), {"fields": ", ".join(at.hidden)})
        return Answer(key, NOTE, said, "fields_hidden", about)
    return Answer(key, OK, Text(_("Readable")), about=about)


def _right(number: int, finding: Finding) -> Answer:
    outcome = OK if finding.status is Status.DONE else NOTE
    return Answer(f"right:{number}", outcome, finding.sentence, finding.remedy or "", finding.must)


def _assumed(point: Point, arrival: SignInResult) -> Assumed:
    said = replace(point.said, params={
        name: _scrubbed(value, arrival) if isinstance(value, str) else value
        for name, value in point.said.params.items()
    })  # fmt: skip
    setting = "" if "***" in str(said.params) else point.setting
    texts = (point.question, point.assumed, said)
    return Assumed(point.key, *texts, point.verdict.value, setting, point.when, point.note)


def _scrubbed(text: str, arrival: SignInResult) -> str:
    return without_people(text, _names(arrival))


def _names(arrival: SignInResult) -> Iterable[str]:
    """The full ones: a first name alone may be a part of any word."""
    return (each for each in (arrival.seen.username, arrival.seen.display_name) if re.search(r"[\s@]", each))
