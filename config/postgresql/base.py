"""The backend itself: Django looks for it in a module of this name."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.abc import PQGen

from config.postgresql import answer_seconds


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, object]) -> object:
        connection = super().get_new_connection(conn_params)
        wait = connection.wait

        def wait_limited(gen: PQGen[Any], **more: object) -> object:
            seconds = answer_seconds()
            try:
                return wait(gen, **{"timeout": seconds, **more})
            except psycopg.errors._WaitTimeout:
                connection.close()  # its answer could still come, to another question
                raise psycopg.OperationalError(f"no answer in {seconds:g} s") from None

        connection.wait = wait_limited
        return connection
