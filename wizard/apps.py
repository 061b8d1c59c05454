from __future__ import annotations

from django.apps import AppConfig


class WizardConfig(AppConfig):
    name = "wizard"

    def ready(self) -> None:
        from orgs.sign_in import callbacks
        from orgs.signals import connected, disconnected, lost
        from teams import erasure as people
        from teams.signals import access_revoked
        from wizard import erasure
        from wizard.actions import receivers
        from wizard.guests import notices
        from wizard.history import audit_messages
        from wizard.history import notices as of_setups
        from wizard.state import snapshots
        from wizard.support import live_rows
        from wizard.views import client_setups, connection_test, guest_entry

        connected.connect(receivers.after_sign_in, dispatch_uid="wizard.after_sign_in")
        disconnected.connect(receivers.after_disconnect, dispatch_uid="wizard.after_disconnect")
        lost.connect(receivers.after_loss, dispatch_uid="wizard.after_loss")
        access_revoked.connect(receivers.on_access_revoked, dispatch_uid="wizard.on_access_revoked")
        snapshots.lines_kept.connect(notices.after_lines, dispatch_uid="wizard.notices_after_lines")
        audit_messages.register()
        of_setups.register()
        live_rows.register()
        people.register(erasure.erase_person)
        callbacks.register(guest_entry.KIND, guest_entry.came_back)
        callbacks.register(client_setups.KIND, client_setups.came_back)
        tested, failed = connection_test.came_back, connection_test.failed
        callbacks.register(connection_test.KIND, tested, failed=failed)
