"""The addresses of the guided setup."""

from __future__ import annotations

from django.urls import path

from wizard.views import (
    actions,
    assignment,
    choose_people,
    client_setups,
    guest_entry,
    guest_links,
    handover,
    history,
    home,
    public,
    report,
    stage,
    support,
)

app_name = "wizard"
urlpatterns = [
    path("", home.home, name="home"),
    path("help/", public.help_page, name="help"),
    path("for-your-it-team/", public.it_team_page, name="it_team"),
    path("support/", support.needing_help, name="support"),
    path("support/<uuid:setup_id>/", support.setup, name="support_setup"),
    path("for-a-client/", client_setups.for_client, name="for_client"),
    path("guest/", guest_entry.guest, name="guest"),
    path("guest/<str:token>/", guest_entry.invited, name="invited"),
    path("guest-links/<uuid:link_id>/revoke/", guest_links.revoke, name="revoke_link"),
    path("opened/<uuid:org_id>/", home.opened, name="opened"),
    path("begin/<uuid:org_id>/", home.begin, name="begin"),
    path("setups/<uuid:setup_id>/", stage.setup, name="setup"),
    path("setups/<uuid:setup_id>/invite/", guest_links.invite, name="invite"),
    path("setups/<uuid:setup_id>/connect/", client_setups.bind, name="bind"),
    path("setups/<uuid:setup_id>/check/", actions.check, name="check"),
    path("setups/<uuid:setup_id>/inputs/", stage.save_inputs, name="inputs"),
    path("setups/<uuid:setup_id>/finish/", handover.finish, name="finish"),
    path("setups/<uuid:setup_id>/reopen/", actions.reopen, name="reopen"),
    path("setups/<uuid:setup_id>/report/", report.report_page, name="report"),
    path("setups/<uuid:setup_id>/report.csv", report.report_csv, name="report_csv"),
    path("setups/<uuid:setup_id>/report.json", report.report_json, name="report_json"),
    path("setups/<uuid:setup_id>/history/", history.history, name="history"),
    path("setups/<uuid:setup_id>/history.csv", history.history_csv, name="history_csv"),
    path("setups/<uuid:setup_id>/history.json", history.history_json, name="history_json"),
    path("setups/<uuid:setup_id>/take-over/", assignment.take_over, name="take_over"),
    path("setups/<uuid:setup_id>/give-back/", assignment.give_back, name="give_back"),
    path("setups/<uuid:setup_id>/note/", assignment.note, name="note"),
    path("setups/<uuid:setup_id>/confirm/<slug:step_key>/", actions.confirm, name="confirm"),
    path("setups/<uuid:setup_id>/choose/<slug:input_key>/", choose_people.choose, name="choose"),
    path("setups/<uuid:setup_id>/choose/<slug:input_key>/results/", choose_people.results, name="results"),
    path("setups/<uuid:setup_id>/choose/<slug:input_key>/refresh/", actions.reread_people, name="reread"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/", stage.stage, name="stage"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/live/", stage.live_fragment, name="live"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/actions/", stage.live_panel, name="actions"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/apply/", actions.apply, name="apply"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/undo/", actions.undo, name="undo"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/way/", actions.way, name="way"),
    path("setups/<uuid:setup_id>/stages/<slug:stage_key>/stop/", actions.stop, name="stop"),
]
