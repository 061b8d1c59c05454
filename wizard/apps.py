from __future__ import annotations

from django.apps import AppConfig


class WizardConfig(AppConfig):
    name = "wizard"

    def ready(self) -> None:
        from orgs import arrivals
        from orgs.signals import connected, disconnected
        from teams.audit import shredding
        from teams.signals import may_not_work_any_more
        from wizard import aftercare, forgetting, trail_words
        from wizard.leaving import after_loss
        from wizard.opening import after_sign_in
        from wizard.views import for_client, guests

        connected.connect(after_sign_in, dispatch_uid="wizard.opening")
        disconnected.connect(aftercare.after_disconnect, dispatch_uid="wizard.aftercare")
        may_not_work_any_more.connect(after_loss, dispatch_uid="wizard.leaving")
        trail_words.register()
        shredding.register(forgetting.forget)
        arrivals.register(guests.KIND, guests.came_back)
        arrivals.register(for_client.KIND, for_client.came_back)
