from __future__ import annotations

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = "People and teams"

    def ready(self) -> None:
        from allauth.account import signals
        from allauth.account.signals import password_changed, password_reset, password_set, user_signed_up
        from django.contrib.auth.signals import user_logged_in

        from teams import reauth, sessions
        from teams.audit import accounts, team_messages, words
        from teams.membership import invitations

        user_logged_in.connect(sessions.note)
        signals.user_logged_in.connect(reauth.note_company_sign_in)
        user_signed_up.connect(invitations.accept_at_signup)
        user_signed_up.connect(reauth.note_signup)
        for signal in (password_changed, password_set, password_reset):
            signal.connect(sessions.end_others)
        accounts.listen()  # after what makes somebody a member: then the team is told too
        words.register("teams", team_messages.sentences, team_messages.GROUPS)
