"""Every address of the app. `/events/` is not here: `config.stream` answers it."""

from __future__ import annotations

from django.urls import include, path

from config import health

handler500 = "config.errors.server_error"
urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("account/", include("teams.account_urls")),
    path("team/", include("teams.urls")),
    path("orgs/", include("orgs.urls")),
    path("", include("wizard.urls")),
]
