from __future__ import annotations

from django.urls import path

from notices.views import bell, mine, team

app_name = "notices"
urlpatterns = [
    path("", bell.bell, name="bell"),
    path("count/", bell.count, name="count"),
    path("seen/", bell.seen, name="seen"),
    path("mine/", mine.mine, name="mine"),
    path("team/<uuid:team_id>/", team.team, name="team"),
    path("channels/<uuid:channel_id>/", team.channel, name="channel"),
    path("channels/<uuid:channel_id>/test/", team.test, name="test"),
    path("channels/<uuid:channel_id>/remove/", team.remove, name="remove"),
    path("channels/<uuid:channel_id>/again/<uuid:delivery_key>/", team.again, name="again"),
]
