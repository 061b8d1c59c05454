from __future__ import annotations

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from orgs import audit, erasure
        from teams import erasure as people
        from teams.audit import words

        words.register("orgs", audit.sentences, audit.GROUPS)
        words.register_orgs(audit.org_names)
        people.register(erasure.forget)
