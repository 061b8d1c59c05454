"""The API, version 1: what is in it, and its description in OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from api import acting, choosing, connections, differences, files, links, outcomes, problems, reading
from api.auth import ByToken

DESCRIPTION = """\
Setups of your teams, and the acts that need no browser. Every call is by a token of a person, with the rights
that this person has at the moment; a read-only token changes nothing. Tokens are made under **Your account**.

Errors are problem details (RFC 9457) with a `code`. Lists are given in parts: send `next_cursor` as `cursor`.
A GET has an `ETag`: send it as `If-None-Match`. A POST takes an `Idempotency-Key`: the same call with the
same key is done once, and answered alike for a day. Sentences are in the language of `Accept-Language`.
"""
READS = (401, 403, 404, 405, 409, 422, 429, 503)
ACTS = (400, 401, 403, 404, 405, 409, 413, 422, 429, 503)


class Api(NinjaAPI):
    """Names an operation as its function, and says of each how it may be refused."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        return problems.of(exc) or super().on_exception(request, exc)

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(
            path_prefix=path_prefix or problems.PREFIX, path_params=path_params
        )
        schema["components"]["schemas"] |= _problem()
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _tell_refusals(operation, ACTS if method == "post" else READS)
                if method == "get":
                    operation["responses"][304] = {"description": "As it was: see If-None-Match"}
        return schema


def _problem() -> dict[str, object]:
    model = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**model.pop("$defs"), "Problem": model}


def _tell_refusals(operation: dict[str, Any], statuses: tuple[int, ...]) -> None:
    told = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in statuses:
        operation["responses"][status] = {"description": "A problem", "content": told}


api = Api(
    title="Connect Guide",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    auth=ByToken(),
)
for each in (reading, acting, choosing, outcomes, files, links, differences, connections):
    api.add_router("", each.router)
