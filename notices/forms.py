"""What a person wishes to be told and how; where a team's notices go."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notices import words
from notices.channels import addresses
from notices.kinds import CHOICES
from notices.models import Channel

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NO_MAIL, AT_ONCE = "", "now"


def mail_choices() -> list[tuple[str, StrOrPromise]]:
    daily = [(str(hour), _("One a day, at %(hour)s:00") % {"hour": f"{hour:02}"}) for hour in range(24)]
    return [(NO_MAIL, _("None")), (AT_ONCE, _("Each at once")), *daily]


def kinds_field(label: StrOrPromise) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )


class WishesForm(forms.Form):
    everything = forms.ChoiceField(
        label=_("Of which setups"),
        choices=[
            ("mine", _("Those that I started, took over or sent links for")),
            ("all", _("All of my teams")),
        ],
        required=False,
        widget=forms.Select(attrs={"class": "inp"}),
    )
    mail = forms.ChoiceField(
        label=_("E-mails"),
        choices=mail_choices,
        required=False,
        help_text=_("In your own time zone. On a day without news no e-mail comes."),
        widget=forms.Select(attrs={"class": "inp"}),
    )
    mail_kinds = kinds_field(_("By e-mail"))
    bell = kinds_field(_("By the bell at the top of each page"))


class KindsForm(forms.Form):
    kinds = kinds_field(_("What is told"))


class ChannelForm(KindsForm):
    field_order = ("type", "address", "kinds")

    type = forms.ChoiceField(
        label=_("Who listens"),
        choices=[(each.value, each.label) for each in Channel.Type if each is not Channel.Type.MAIL],
        widget=forms.Select(attrs={"class": "inp"}),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=2000,
        help_text=_(
            "Of a program of yours, or as Slack or Microsoft Teams shows it for an incoming webhook. "
            "Keep it secret: whoever knows it can write there."
        ),
        widget=forms.URLInput(attrs={"class": "inp", "autocomplete": "off", "placeholder": "https://"}),
    )

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip()
        try:
            to = addresses.target(address)
            _refuse_numbers_of_the_house(to)
        except addresses.Refused as refused:
            raise ValidationError(words.error(refused.code)) from None
        return address


def _refuse_numbers_of_the_house(to: addresses.Target) -> None:
    """What is known without asking anybody; a name is looked at when something is sent there."""
    try:
        number = ip_address(to.host)
    except ValueError:
        return
    if not addresses.may_be_called(number, to.is_tls):
        raise addresses.Refused("REFUSED_ADDRESS")
