"""Single calls in place of composite ones, for an org that refuses those: reads, and few of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orgs.salesforce.composite import Sub, SubResult, only_reads
from orgs.salesforce.errors import CompositeRefused, Refused, SalesforceError

MAX_CALLS = 60  # of one client: a full read and its read-back
#: Refusals that a single call must not try to get round.
_NOT_OF_COMPOSITE = ("ORG_MOVED", "UNEXPECTED_REDIRECT", "ANSWER_TOO_LARGE")


class PlainCalls:
    """`ask` makes one subrequest as a call of its own and gives its body, or raises."""

    def __init__(self, ask: Callable[[Sub], object]) -> None:
        self._ask = ask
        self._made = 0
        self.needed = False  # found out: the org takes single calls, but no composite ones

    def instead_of(self, subs: Sequence[Sub], refused: SalesforceError) -> list[SubResult]:
        """The results of a refused composite, if a single call of it is answered; else its refusal.

        Whoever may not use the Tooling API may still read the rest: there each part has the refusal.
        """
        of_tooling = all(sub.of_tooling for sub in subs)
        if not isinstance(refused, Refused) or refused.code in _NOT_OF_COMPOSITE or not only_reads(subs):
            raise refused
        queries = [sub for sub in subs if sub.counts_as_query]
        if self._one((queries or list(subs))[0]).error is not None:
            if of_tooling:
                return [_refused(sub, refused) for sub in subs]
            raise refused
        self.needed = self.needed or not of_tooling
        return self.run(subs)

    def run(self, subs: Sequence[Sub]) -> list[SubResult]:
        self._made += len(subs)
        if not only_reads(subs) or self._made > MAX_CALLS:
            raise CompositeRefused("COMPOSITE_REFUSED", "The org refuses composite calls.")
        return [self._one(sub) for sub in subs]

    def _one(self, sub: Sub) -> SubResult:
        try:
            return SubResult(sub.ref, 200, self._ask(sub))
        except Refused as refusal:
            return _refused(sub, refusal)


def _refused(sub: Sub, refusal: Refused) -> SubResult:
    row = {"errorCode": refusal.code, "message": refusal.message, "fields": list(refusal.fields)}
    return SubResult(sub.ref, refusal.status or 400, [row])
