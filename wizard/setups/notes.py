"""A note on a setup: plain text that stays as it was written."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wizard.history.record import record_event
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


def leave(setup: Setup, text: str, person: object) -> Event:
    return record_event(setup, "note", actor=person, text=text)
