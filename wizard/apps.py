from __future__ import annotations

from django.apps import AppConfig


class WizardConfig(AppConfig):
    name = "wizard"

    def ready(self) -> None:
        from orgs.sign_in import callbacks
        from orgs.signals import connected, disconnected
        from teams import erasure as people
        from teams.signals import access_revoked
        from wizard import erasure, receivers
        from wizard.history import audit_messages
        from wizard.views import client_setups, guest_entry

        connected.connect(receivers.after_sign_in, dispatch_uid="wizard.after_sign_in")
        disconnected.connect(receivers.after_disconnect, dispatch_uid="wizard.after_disconnect")
        access_revoked.connect(receivers.on_access_revoked, dispatch_uid="wizard.on_access_revoked")
        audit_messages.register()
        people.register(erasure.erase_person)
        callbacks.register(guest_entry.KIND, guest_entry.came_back)
        callbacks.register(client_setups.KIND, client_setups.came_back)
