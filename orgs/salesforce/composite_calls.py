"""Sending composites: several at the same time, and again what met a row lock and so changed nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from orgs.salesforce import transport
from orgs.salesforce.answers import in_every_version
from orgs.salesforce.composite import (
    Sub,
    SubResult,
    only_reads,
    parse_results,
    request_body,
    resource_of,
    to_send_again,
)
from orgs.salesforce.errors import SalesforceError
from orgs.salesforce.transport import Transport

SIDE_BY_SIDE = 4  # threads

Batch = tuple[Sequence[Sub], bool]  # the subrequests, and whether it is all of them or none
Outcome = list[SubResult] | SalesforceError


@dataclass
class CompositeCalls:
    """To one org, in one version of its API. It is given a token, so that it may run in threads."""

    transport: Transport
    prefix: str
    sleep: Callable[[float], None]

    def send(self, batches: Mapping[int, Batch], token: str) -> dict[int, Outcome]:
        """What became of each, an error included."""

        def one(number: int) -> Outcome:
            subs, all_or_none = batches[number]
            try:
                return self._patiently(subs, token, all_or_none)
            except SalesforceError as error:
                return error

        if len(batches) == 1:
            return {number: one(number) for number in batches}
        with ThreadPoolExecutor(max_workers=min(SIDE_BY_SIDE, len(batches))) as pool:
            return dict(zip(batches, pool.map(one, batches), strict=True))

    def _patiently(self, subs: Sequence[Sub], token: str, all_or_none: bool) -> list[SubResult]:
        results = {each.ref: each for each in self._once(subs, token, all_or_none)}
        for pause in transport.PAUSES:
            left = to_send_again(subs, results, whole=all_or_none or only_reads(subs))
            if not left:
                break
            self.sleep(pause)
            results |= {each.ref: each for each in self._once(left, token, all_or_none)}
        return [results[sub.ref] for sub in subs]

    def _once(self, subs: Sequence[Sub], token: str, all_or_none: bool) -> list[SubResult]:
        body = request_body(subs, self.prefix, all_or_none=all_or_none)
        with in_every_version():
            answer = self.transport.send(
                "POST", f"{self.prefix}{resource_of(subs)}", token, payload=body, safe=only_reads(subs)
            )
        return parse_results(subs, answer.body)
