"""The query resources: a page of rows at a time, more by nextRecordsUrl."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.errors import ApiError
from simulator.ids import base62
from simulator.rest.call import Call, Reply
from simulator.soql.run import Answer, columns, run

_OPEN_CURSORS = 200


@dataclass(frozen=True)
class Cursor:
    org_id: str
    user_id: str
    answer: Answer
    page: int


def query(call: Call, tooling: str | None) -> Reply:
    text = call.args.get("q", "")
    if not text.strip():
        raise ApiError("MALFORMED_QUERY", "A query string has to be specified")
    call.counter.queries += 1
    if call.args.get("columns", "").lower() == "true":
        return Reply(200, columns(call.org, text, call.user_id, version=call.version, tooling=bool(tooling)))
    answer = run(call.org, text, call.user_id, version=call.version, tooling=bool(tooling))
    page = answer.batch
    name = ""
    if len(answer.rows) > page:
        name = "01g" + call.org.pod + "0" + base62(call.org.take_number(), 12)
        call.world.cursors[name] = Cursor(call.org.id, call.user_id, answer, page)
        while len(call.world.cursors) > _OPEN_CURSORS:
            del call.world.cursors[next(iter(call.world.cursors))]
    return Reply(200, _page(call, tooling, name, answer, 0, page))


def more(call: Call, tooling: str | None, locator: str) -> Reply:
    name, start = locator.rsplit("-", 1)
    cursor = call.world.cursors.get(name)
    if cursor is None or (cursor.org_id, cursor.user_id) != (call.org.id, call.user_id):
        raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator")
    call.counter.queries += 1
    return Reply(200, _page(call, tooling, name, cursor.answer, int(start), cursor.page))


def _page(
    call: Call, tooling: str | None, name: str, answer: Answer, start: int, size: int
) -> dict[str, Any]:
    end = start + size
    done = end >= len(answer.rows)
    result: dict[str, Any] = {"totalSize": answer.total, "done": done}
    if not done:
        result["nextRecordsUrl"] = f"{call.base}/{tooling or ''}query/{name}-{end}"
    result["records"] = [answer.shape(row) for row in answer.rows[start:end]]
    return result
