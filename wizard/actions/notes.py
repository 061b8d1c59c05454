"""A note on a setup: plain text that stays as it was written."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from teams import limits
from teams.access import Action
from teams.acting.acts import NotDone, act
from teams.models import User
from wizard.history.record import record_event
from wizard.live import publish
from wizard.models import Event, Setup

MOST_LETTERS = 2000
ROWS = 4


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Your note"),
        help_text=_("For the members of the team. Never write down a password. It can't be changed later."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"class": "inp", "rows": ROWS}),
        error_messages={"required": _("Write something first.")},
    )

    use_required_attribute = False

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")


def newest(setup: Setup) -> Event | None:
    """What the team was told last."""
    return setup.events.filter(kind="note").order_by("-id").first()


@act(Action.CHANGE)
def note(setup: Setup, person: User, text: str) -> Event:
    """Leave it for the team; it stays as it is."""
    if seconds := limits.writing(person):
        raise NotDone("too_often", seconds=seconds)
    event = record_event(setup, "note", actor=person, text=text)
    publish.notify_changed(setup.pk)
    return event
