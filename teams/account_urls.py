"""The addresses of django-allauth's parts, below one address."""

from __future__ import annotations

from allauth.account.views import logout
from allauth.urls import build_provider_urlpatterns
from django.urls import include, path

from teams.access import guests_too
from teams.views import account

urlpatterns = [
    path("", account.account, name="account"),
    path("about-you/", account.about_you, name="account_about_you"),
    path("logout/", guests_too(logout), name="account_logout"),
    # Before allauth's own: it looks first whether any mail can be sent.
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("", include("allauth.account.urls")),
    path("two-factor/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("sign-in/", include("allauth.socialaccount.urls")),
    *build_provider_urlpatterns(),
]
