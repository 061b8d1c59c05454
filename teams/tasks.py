"""Background work of the audit trail."""

from __future__ import annotations

from celery import shared_task

from teams.audit import chain


@shared_task(ignore_result=True)
def seal_audit() -> None:
    """What was not sealed right after its commit, because another sealer was at it."""
    chain.seal()


@shared_task(ignore_result=True)
def tell_audit_head() -> None:
    chain.tell_head()
