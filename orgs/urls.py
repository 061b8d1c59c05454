from __future__ import annotations

from django.urls import path

from orgs import team_connections, views

app_name = "orgs"

urlpatterns = [
    path("connect/", views.connect, name="connect"),
    path("callback/", views.callback, name="callback"),
    path("sign-in-problem/", views.problem, name="problem"),
    path("sign-in-help/", views.stranded, name="stranded"),
    path("<uuid:org_id>/reconnect/", views.reconnect, name="reconnect"),
    path("<uuid:org_id>/disconnect/", views.disconnect, name="disconnect"),
    path("<uuid:org_id>/revoke/", team_connections.revoke, name="revoke"),
    path("of-team/<uuid:team_id>/", team_connections.connections, name="connections"),
    path("revocations/<uuid:key>/again/", team_connections.tell_again, name="tell_again"),
    path("revocations/<uuid:key>/ended/", team_connections.ended_by_hand, name="ended_by_hand"),
    path("of-team/<uuid:team_id>/revoke/", team_connections.revoke_orphaned, name="revoke_orphaned"),
]
