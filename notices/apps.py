from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from notices import audit, erasure
        from teams import erasure as people
        from teams.audit import words

        words.register("notices", audit.sentences, audit.GROUPS)
        people.register(erasure.forget)
