"""Forms for people and teams."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from teams.membership import invitations
from teams.models import MEMBER_ROLE_CHOICES, Role


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "inp", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=MEMBER_ROLE_CHOICES,
        initial=Role.CONSULTANT,
        widget=forms.Select(attrs={"class": "inp"}),
    )


class RoleForm(forms.Form):
    role = forms.TypedChoiceField(choices=MEMBER_ROLE_CHOICES, coerce=Role)


class InvitedSignupForm(SignupForm):
    """An account for the invited address, and no other: the link that came there proves it."""

    name = forms.CharField(
        label=_("Your name, as colleagues know you"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1", "password2"]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        invitation = invitations.pending(context.request)
        if invitation is None or email != invitation.email:
            raise ValidationError(_("The account is made for the address to which the invitation was sent."))
        return email

    def custom_signup(self, request: HttpRequest, user: Any) -> None:
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])
