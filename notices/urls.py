from __future__ import annotations

from django.urls import path

from notices.views import bell, channels, mine

app_name = "notices"
urlpatterns = [
    path("", bell.bell, name="bell"),
    path("count/", bell.count, name="count"),
    path("seen/", bell.seen, name="seen"),
    path("mine/", mine.mine, name="mine"),
    path("mine/elsewhere/", channels.own, name="own"),
    path("team/<uuid:team_id>/", channels.team, name="team"),
    path("channels/<uuid:channel_id>/", channels.channel, name="channel"),
    path("channels/<uuid:channel_id>/test/", channels.test, name="test"),
    path("channels/<uuid:channel_id>/remove/", channels.remove, name="remove"),
    path("channels/<uuid:channel_id>/again/<uuid:delivery_key>/", channels.again, name="again"),
]
