from __future__ import annotations

from django.apps import AppConfig


class WizardConfig(AppConfig):
    name = "wizard"

    def ready(self) -> None:
        from orgs.signals import connected
        from wizard.opening import after_sign_in

        connected.connect(after_sign_in, dispatch_uid="wizard.opening")
