"""Acts of a program: by a token that may act, and once for each key that the program gives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from ninja import Header, Schema
from pydantic import StringConstraints

from api.auth import ProgramRequest
from api.models import KeptAnswer
from api.problems import Refused

Key = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[!-~]+$")] | None,
    Header(
        alias="Idempotency-Key",
        description="The same call with the same key is done once: later ones get the first answer.",
    ),
]
JSON = "application/json"


def act(
    request: ProgramRequest, key: str | None, do: Callable[[], Schema], status: int = 200
) -> HttpResponse:
    """Do it, and keep the answer with the change, in one transaction: both are there or neither is.

    Of two calls with one key at once, the second waits for the first. What was not done is not kept: it is
    asked anew.
    """
    if not request.auth.token.acts:
        raise Refused(403, "token_reads_only")
    if key is None:
        return HttpResponse(do().model_dump_json(), status=status, content_type=JSON)
    asked = _hash_of(request)
    with transaction.atomic():
        kept = _claim(request, key, asked)
        if kept is None:
            return _again(request, key, asked)
        body = do().model_dump_json()
        KeptAnswer.objects.filter(pk=kept.pk).update(status=status, body=body)
    return HttpResponse(body, status=status, content_type=JSON)


def _claim(request: ProgramRequest, key: str, asked: str) -> KeptAnswer | None:
    """The key's row, or None where it was used before."""
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(token=request.auth.token, key=key, request_hash=asked)
    except IntegrityError:
        return None


def _hash_of(request: ProgramRequest) -> str:
    whole = b"\n".join([str(request.method).encode(), request.path.encode(), request.body])
    return hashlib.sha256(whole).hexdigest()


def _again(request: ProgramRequest, key: str, asked: str) -> HttpResponse:
    kept = KeptAnswer.objects.get(token=request.auth.token, key=key)
    if kept.request_hash != asked:
        raise Refused(422, "key_reused")
    response = HttpResponse(kept.body.reveal(), status=kept.status, content_type=JSON)
    response.headers["Idempotent-Replayed"] = "true"
    return response
