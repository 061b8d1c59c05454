"""The addresses of the guided setup."""

from __future__ import annotations

from django.urls import path

from wizard.views import (
    finish,
    for_client,
    guests,
    handover,
    home,
    invite,
    notes,
    people,
    public,
    setup,
    support,
    work,
)

app_name = "wizard"
urlpatterns = [
    path("", home.home, name="home"),
    path("help/", public.help_page, name="help"),
    path("for-your-it-team/", public.it_team_page, name="it_team"),
    path("support/", support.needing_help, name="support"),
    path("support/<uuid:setup_id>/", support.setup, name="support_setup"),
    path("for-a-client/", for_client.for_client, name="for_client"),
    path("guest/", guests.guest, name="guest"),
    path("guest/<str:token>/", guests.invited, name="invited"),
    path("guest-links/<uuid:link_id>/revoke/", invite.revoke, name="revoke_link"),
    path("opened/<uuid:org_id>/", home.opened, name="opened"),
    path("begin/<uuid:org_id>/", home.begin, name="begin"),
    path("setups/<uuid:setup_id>/", setup.setup, name="setup"),
    path("setups/<uuid:setup_id>/invite/", invite.invite, name="invite"),
    path("setups/<uuid:setup_id>/connect/", for_client.bind, name="bind"),
    path("setups/<uuid:setup_id>/check/", work.check, name="check"),
    path("setups/<uuid:setup_id>/inputs/", setup.save_inputs, name="inputs"),
    path("setups/<uuid:setup_id>/finish/", finish.finish, name="finish"),
    path("setups/<uuid:setup_id>/reopen/", work.reopen, name="reopen"),
    path("setups/<uuid:setup_id>/report/", handover.report_page, name="report"),
    path("setups/<uuid:setup_id>/report.csv", handover.report_csv, name="report_csv"),
    path("setups/<uuid:setup_id>/report.json", handover.report_json, name="report_json"),
    path("setups/<uuid:setup_id>/history/", handover.history, name="history"),
    path("setups/<uuid:setup_id>/history.csv", handover.history_csv, name="history_csv"),
    path("setups/<uuid:setup_id>/history.json", handover.history_json, name="history_json"),
    path("setups/<uuid:setup_id>/take-over/", notes.take_over, name="take_over"),
    path("setups/<uuid:setup_id>/give-back/", notes.give_back, name="give_back"),
    path("setups/<uuid:setup_id>/note/", notes.note, name="note"),
    path("setups/<uuid:setup_id>/confirm/<slug:step_key>/", work.confirm, name="confirm"),
    path("setups/<uuid:setup_id>/choose/<slug:input_key>/", people.choose, name="choose"),
    path("setups/<uuid:setup_id>/choose/<slug:input_key>/results/", people.results, name="results"),
    path("setups/<uuid:setup_id>/choose/<slug:input_key>/refresh/", work.reread_people, name="reread"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/", setup.stage, name="stage"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/live/", setup.fragment, name="live"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/actions/", setup.panel, name="actions"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/apply/", work.apply, name="apply"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/undo/", work.undo, name="undo"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/way/", work.way, name="way"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/stop/", work.stop, name="stop"),
]
