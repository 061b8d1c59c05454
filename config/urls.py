"""Every address of the app. `/events/` is not here: `config.stream` answers it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from config import health, metrics

handler500 = "config.errors.server_error"
urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("account/", include("teams.account_urls")),
    path("team/", include("teams.urls")),
    path("orgs/", include("orgs.urls")),
    path("", include("wizard.urls")),
]
