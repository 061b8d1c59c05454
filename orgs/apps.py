from __future__ import annotations

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from orgs import forgetting, trail
        from teams.audit import shredding, words

        words.register("orgs", trail.sentences, trail.GROUPS)
        words.register_orgs(trail.org_names)
        shredding.register(forgetting.forget)
