from __future__ import annotations

from django.urls import path

from teams.views import account, audit, demo, join, team, tokens

app_name = "teams"

urlpatterns = [
    path("", team.teams, name="teams"),
    path("demo-sign-in/", demo.demo_sign_in, name="demo_sign_in"),
    path("still-you/", account.still_you, name="still_you"),
    path("join/<str:token>/", join.join, name="join"),
    path("members/<uuid:key>/", team.member, name="member"),
    path("members/<uuid:key>/remove/", team.remove, name="remove"),
    path("invitations/<uuid:invitation_id>/revoke/", team.revoke_invitation, name="revoke_invitation"),
    path("tokens/", tokens.tokens_page, name="tokens"),
    path("tokens/<uuid:token_id>/revoke/", tokens.revoke_token, name="revoke_token"),
    path("team-tokens/<uuid:token_id>/revoke/", tokens.revoke_team_token, name="revoke_team_token"),
    path("<uuid:team_id>/tokens/", tokens.team_tokens, name="team_tokens"),
    path("<uuid:team_id>/", team.team, name="team"),
    path("<uuid:team_id>/audit/", audit.audit, name="audit"),
    path("<uuid:team_id>/audit.csv", audit.audit_file, {"ending": "csv"}, name="audit_csv"),
    path("<uuid:team_id>/audit.json", audit.audit_file, {"ending": "json"}, name="audit_json"),
    path("<uuid:team_id>/invite/", team.invite, name="invite"),
    path("<uuid:team_id>/two-factor/", team.two_factor, name="two_factor"),
]
