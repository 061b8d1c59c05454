"""The addresses of django-allauth's parts, below one address."""

from __future__ import annotations

from allauth.urls import build_provider_urlpatterns
from django.urls import include, path

from teams.views import account

urlpatterns = [
    path("", account.account, name="account"),
    # Before allauth's own: it looks first whether any mail can be sent.
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("", include("allauth.account.urls")),
    path("two-factor/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("sign-in/", include("allauth.socialaccount.urls")),
    *build_provider_urlpatterns(),
]
