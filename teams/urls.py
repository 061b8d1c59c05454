from __future__ import annotations

from django.urls import path

from teams import views

app_name = "teams"

urlpatterns = [path("demo-sign-in/", views.demo_sign_in, name="demo_sign_in")]
