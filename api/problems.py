"""Why a call was not done, as RFC 9457 has it: a code for programs, words for people."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from teams.acting.acts import NotDone
from wizard.errors import OrgNotConnected, SetupArchived
from wizard.messages import not_done

PREFIX = "api/v1"  # of every address here
MEDIA_TYPE = "application/problem+json"
TYPE = "urn:connect-guide:problem:{}"
#: What an act is not done for is a conflict with how the setup stands, but for these.
STATUS = {
    "too_often": 429,
    "name_missing": 422,
    "reason_missing": 422,
    "not_confirmed": 422,
    "return_refused": 422,
    "no_mail": 503,
}
WORDS = {
    "bad_request": _("The body is not JSON."),
    "no_token": _("Send a key that works, in the header Authorization: Bearer."),
    "token_revoked": _("This key was revoked."),
    "token_expired": _("This key has ended. Make a new one."),
    "token_reads_only": _("This key may read only. Make one that may act."),
    "not_allowed": _("Your role does not allow this."),
    "not_found": _("There is nothing here that you may see."),
    "method_not_allowed": _("This address is not used in this way."),
    "too_large": _("The body is too large."),
    "not_valid": _("Something in this call is not as it is described."),
    "key_reused": _("This Idempotency-Key was sent before with another call. Make a new one."),
    "server_away": _("Something that we need is away for a moment. Ask again soon."),
    "maintenance": _("Connect Guide is being updated. Nothing is lost. Ask again soon."),
    "our_mistake": _("This was a mistake of ours. Nothing was kept of this call."),
    "no_pdf": _("This server lacks what makes PDF files. Take the page (HTML), and print it from a browser."),
    "org_not_connected": _("Nobody has signed in to the client's org yet."),
    "archived": _("This setup is archived. Take it back first."),
}


class FieldProblem(Schema):
    """One thing that is wrong in what was sent."""

    where: str
    message: str


class Problem(Schema):
    type: str
    title: str
    status: int
    code: str
    errors: list[FieldProblem] = []


class Refused(Exception):
    """A call that is wrong in itself, by its code."""

    def __init__(self, status: int, code: str, errors: list[FieldProblem] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.errors = errors or []


def answer(
    status: int, code: str, title: str = "", *, errors: list[FieldProblem] | None = None
) -> HttpResponse:
    problem = Problem(
        type=TYPE.format(code), title=title or str(WORDS[code]), status=status, code=code, errors=errors or []
    )
    response = HttpResponse(problem.model_dump_json(), status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def of(problem: object) -> HttpResponse | None:
    """The answer to what was raised in a call; None for what is a mistake of ours."""
    if isinstance(problem, NotDone):
        return _of_act(problem)
    if isinstance(problem, ValidationError):
        return answer(422, "not_valid", errors=[_of_field(each) for each in problem.errors])
    if isinstance(problem, Refused):
        return answer(problem.status, problem.code, errors=problem.errors)
    for kind, (status, code) in PLAIN.items():
        if isinstance(problem, kind):
            return answer(status, code)
    return None


def of_server(*, away: bool, reference: str, retry_after: str) -> HttpResponse:
    """What `handler500` answers to a program; each line of the log about the call has the reference."""
    errors = [FieldProblem(where="reference", message=reference)] if reference else []
    if not away:
        return answer(500, "our_mistake", errors=errors)
    return _later("server_away", errors, retry_after)


def under_maintenance(until: str, *, retry_after: str) -> HttpResponse:
    """`until`: what the operator says, such as a time."""
    return _later("maintenance", [FieldProblem(where="until", message=until)], retry_after)


def _later(code: str, errors: list[FieldProblem], retry_after: str) -> HttpResponse:
    response = answer(503, code, errors=errors)
    response.headers["Retry-After"] = retry_after
    response.headers["Cache-Control"] = "no-store"
    return response


def _of_act(why: NotDone) -> HttpResponse:
    """An act that was not done; when to ask again, where that is known."""
    response = answer(STATUS.get(why.code, 409), why.code, not_done.words(why))
    if "seconds" in why.params:
        response.headers["Retry-After"] = str(why.params["seconds"])
    return response


def _of_field(error: Mapping[str, Any]) -> FieldProblem:
    return FieldProblem(where=".".join(str(part) for part in error["loc"]), message=str(error["msg"]))


#: What else may be raised -> the status and the code. The narrower stand first.
PLAIN: Mapping[type[Exception], tuple[int, str]] = {
    AuthenticationError: (401, "no_token"),
    PermissionDenied: (403, "not_allowed"),
    Http404: (404, "not_found"),
    OrgNotConnected: (409, "org_not_connected"),
    SetupArchived: (409, "archived"),
    RequestDataTooBig: (413, "too_large"),
    HttpError: (400, "bad_request"),
}
