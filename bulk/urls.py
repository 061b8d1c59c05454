from __future__ import annotations

from django.urls import path

from bulk.views import lists, presets

app_name = "bulk"
urlpatterns = [
    path("", lists.hand_in, name="hand_in"),
    path("lists/<uuid:list_id>/", lists.one, name="list"),
    path("lists/<uuid:list_id>/start/", lists.go, name="go"),
    path("lists/<uuid:list_id>/stop/", lists.stop, name="stop"),
    path("lists/<uuid:list_id>/clients.csv", lists.as_file, name="file"),
    path("rows/<uuid:row_id>/", lists.mend, name="mend"),
    path("presets/", presets.listed, name="presets"),
    path("presets/new/<uuid:team_id>/", presets.new, name="new_preset"),
    path("presets/<uuid:preset_id>/", presets.edit, name="preset"),
    path("presets/<uuid:preset_id>/remove/", presets.remove, name="remove_preset"),
]
