from __future__ import annotations

from django.urls import path

from orgs.views import connections, registered_apps, sign_in

app_name = "orgs"

urlpatterns = [
    path("connect/", sign_in.connect, name="connect"),
    path("callback/", sign_in.callback, name="callback"),
    path("sign-in-problem/", sign_in.problem, name="problem"),
    path("sign-in-help/", sign_in.stranded, name="stranded"),
    path("<uuid:org_id>/reconnect/", sign_in.reconnect, name="reconnect"),
    path("<uuid:org_id>/disconnect/", sign_in.disconnect, name="disconnect"),
    path("<uuid:org_id>/revoke/", connections.revoke, name="revoke"),
    path("of-team/<uuid:team_id>/", connections.connections, name="connections"),
    path("of-team/<uuid:team_id>/real-org/", registered_apps.real_org, name="real_org"),
    path("apps/<uuid:app_id>/remove/", registered_apps.remove_app, name="remove_app"),
    path("revocations/<uuid:key>/again/", connections.tell_again, name="tell_again"),
    path("revocations/<uuid:key>/ended/", connections.ended_by_hand, name="ended_by_hand"),
    path("of-team/<uuid:team_id>/revoke/", connections.revoke_orphaned, name="revoke_orphaned"),
]
