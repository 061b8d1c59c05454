from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Make our Celery app the default one of every process that sends tasks."""
        import config.celery  # noqa: F401
