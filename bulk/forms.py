"""What a person fills in to start many clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bulk import table, words
from bulk.models import ClientRow, Preset
from bulk.table import Unreadable
from orgs.forms import OfATeam
from teams.models import Team
from wizard.guides import names
from wizard.messages.render import plain


def _line(**more: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "inp", "autocomplete": "off", **more})


class HandInForm(OfATeam):
    """A list, pasted or read from a file by the page itself; what it holds is in `cleaned_data["rows"]`."""

    pasted = forms.CharField(
        label=_("The list"),
        help_text=_("Paste it from a spreadsheet or a CSV file, with the header row."),
        required=False,
        max_length=table.MOST_CHARACTERS,
        widget=forms.Textarea(
            attrs={"class": "inp", "rows": 6, "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    preset = forms.ModelChoiceField(
        label=_("Preset"),
        help_text=_("For the rows that name none."),
        queryset=Preset.objects.none(),
        required=False,
        empty_label=_("No preset: the usual choices"),
        widget=forms.Select(attrs={"class": "inp"}),
    )

    use_required_attribute = False

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, teams=teams, **kwargs)
        preset = cast("forms.ModelChoiceField[Preset]", self.fields["preset"])
        preset.queryset = Preset.objects.filter(team__in=teams)
        self.fields["team"].widget.attrs["class"] = "inp"

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        self._check_preset(cleaned)
        if "pasted" in self.errors:
            return cleaned
        try:
            cleaned["rows"] = table.rows_of(str(cleaned.get("pasted", "")))
        except Unreadable as why:
            self.add_error("pasted", str(words.UNREADABLE[why.code]) % why.params)
        return cleaned

    def _check_preset(self, cleaned: dict[str, Any]) -> None:
        preset, team = cleaned.get("preset"), cleaned.get("team")
        if preset and team and preset.team_id != team.pk:
            self.add_error("preset", gettext("This preset is another team's."))


class RowForm(forms.Form):
    """A row, as it is to be: anything may be typed, and is judged again."""

    client = forms.CharField(label=_("Client"), required=False, max_length=200, widget=_line())
    email = forms.CharField(
        label=_("E-mail"), required=False, max_length=254, widget=_line(inputmode="email")
    )
    preset = forms.CharField(label=_("Preset"), required=False, max_length=80, widget=_line())
    mid = forms.CharField(label=_("MID"), required=False, max_length=20, widget=_line(inputmode="numeric"))

    def __init__(self, row: ClientRow, data: QueryDict | None = None) -> None:
        as_it_is = {"client": row.client, "email": row.email, "preset": row.preset_name, "mid": row.mid}
        super().__init__(data, initial=as_it_is, auto_id=f"{row.pk}-%s")


if TYPE_CHECKING:
    _PresetForm = forms.ModelForm[Preset]
else:
    _PresetForm = forms.ModelForm


class PresetForm(_PresetForm):
    """Choices that are made once for many clients."""

    use_required_attribute = False

    class Meta:
        model = Preset
        fields = ("name", "set_label", "set_name", "profile", "language", "only_sign_in")
        labels = {
            "name": _("Name of the preset"),
            "set_label": _("Label of the new permission set"),
            "set_name": _("API name"),
            "profile": _("Profile of the people who get it"),
            "language": _("Language of the message"),
            "only_sign_in": _("The client only signs in; we choose the users and the permission set"),
        }
        help_texts = {
            "name": _("A list names it in its column Preset."),
            "set_name": _("Leave it empty to make it from the label, as Salesforce does."),
            "profile": _("Proposed in each org where somebody has it. You still choose."),
        }
        widgets = {
            "name": _line(),
            "set_label": _line(),
            "set_name": _line(spellcheck="false"),
            "profile": _line(),
            "language": forms.Select(attrs={"class": "inp"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["set_name"].required = False

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        label, name = str(cleaned.get("set_label", "")), str(cleaned.get("set_name", ""))
        if label and (problem := names.label_problem(label)):
            self.add_error("set_label", plain(problem))
        name = name or names.api_name(label)
        if label and (problem := names.problem(name)):
            self.add_error("set_name", plain(problem))
        cleaned["set_name"] = name
        taken = Preset.objects.filter(team=self.instance.team, name__iexact=str(cleaned.get("name", "")))
        if taken.exclude(pk=self.instance.pk).exists():
            self.add_error("name", gettext("There is a preset of this name already."))
        return cleaned
