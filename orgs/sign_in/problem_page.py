"""Why a sign-in failed, kept in the session until the next one begins.

Salesforce's answer comes in an address with a one-time code. So nothing is ever shown at that address:
the browser is sent on to a page of ours, which can be loaded again and leaves no code in the history.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from orgs.sign_in.errors import SignInProblem
from orgs.sign_in.pending import SessionData, SignIn

_KEPT = "sign_in_problem"
_REFUSALS: dict[str, type[Exception]] = {"not_allowed": PermissionDenied, "not_there": Http404}


def tell(request: HttpRequest, problem: SignInProblem) -> HttpResponse:
    """On to the page that explains it."""
    sign_in = problem.sign_in
    request.session[_KEPT] = {
        "code": problem.code,
        "sign_in": replace(sign_in, verifier="").kept() if sign_in else None,
        "raw": problem.raw,
        "params": problem.params,
    }
    return redirect("orgs:problem")


def refuse(request: HttpRequest, refusal: PermissionDenied | Http404) -> HttpResponse:
    """On to the same page, which then answers as any page does that is not for this person."""
    code = "not_allowed" if isinstance(refusal, PermissionDenied) else "not_there"
    request.session[_KEPT] = {"code": code}
    return redirect("orgs:problem")


def told(session: SessionData) -> SignInProblem:
    """What the last sign-in of this browser failed of. Raises what it was refused with."""
    kept: dict[str, Any] = session.get(_KEPT) or {"code": "state_lost"}
    if refusal := _REFUSALS.get(kept["code"]):
        raise refusal
    sign_in = SignIn.of(kept["sign_in"]) if kept.get("sign_in") else None
    return SignInProblem(kept["code"], sign_in=sign_in, raw=kept.get("raw", ""), **kept.get("params", {}))


def forget(session: SessionData) -> None:
    session.pop(_KEPT, None)
