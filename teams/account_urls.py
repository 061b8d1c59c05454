"""django-allauth's addresses, in a module of our own so that issue D can put MFA beside them."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("allauth.account.urls"))]
