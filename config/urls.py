"""Every address of the app. `/events/` is not here: `config.stream` answers it."""

from __future__ import annotations

from django.urls import include, path

from config import health, metrics
from teams.views.account import choose_language

handler500 = "config.errors.server_error"
urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("language/", choose_language, name="set_language"),
    path("account/", include("teams.account_urls")),
    path("team/", include("teams.urls")),
    path("api/v1/", include("api.urls")),
    path("orgs/", include("orgs.urls")),
    path("many/", include("bulk.urls")),
    path("notices/", include("notices.urls")),
    path("", include("wizard.urls")),
]
