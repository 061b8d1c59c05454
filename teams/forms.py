"""Forms for people and teams."""

from __future__ import annotations

import struct
from typing import Any

from allauth.account.forms import SignupForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from teams import preferences
from teams.membership import invitations
from teams.models import MEMBER_ROLE_CHOICES, ApiToken, Role, User


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


class TokenForm(forms.Form):
    """A program that shall act for this person."""

    name = forms.CharField(
        label=_("What is it for?"),
        help_text=_("By this name you find the key again, to revoke it."),
        max_length=80,
        widget=forms.TextInput(attrs={"class": "inp", "autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=_("What may the program do?"),
        choices=ApiToken.Scope.choices,
        initial=ApiToken.Scope.READ,
        widget=forms.Select(attrs={"class": "inp"}),
    )

    use_required_attribute = False


class PreferencesForm(forms.Form):
    """What a person sets for themselves: how they are called, and how pages and mails speak to them."""

    name = forms.CharField(
        label=_("Your name, as colleagues know you"),
        max_length=150,
        widget=forms.TextInput(attrs={"class": "inp", "autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=preferences.language_choices,
        widget=forms.Select(attrs={"class": "inp"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=preferences.time_zone_choices,
        widget=forms.Select(attrs={"class": "inp"}),
    )


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

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])


#: What a passkey's answer can be that no browser sends, to its libraries: another shape, another encoding.
MALFORMED = (LookupError, TypeError, ValueError, AttributeError, RecursionError, struct.error)


class CredentialField(forms.JSONField):
    """A passkey's answer, as the browser's own script sends it."""

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
        except (ValueError, RecursionError):  # a number of 5,000 digits, 5,000 brackets
            found = None
        if not isinstance(found, dict):
            raise wrong_passkey()
        return found

    def bound_data(self, data: Any, initial: Any) -> None:
        """It counts once: nothing of it is shown again."""


def wrong_passkey() -> ValidationError:
    return ValidationError(get_adapter().validation_error("incorrect_code").message, "incorrect_code")


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    name = forms.CharField(required=False, max_length=100)
    credential = CredentialField(widget=forms.HiddenInput)

    def clean(self) -> Any:
        try:
            return super().clean()
        except MALFORMED:
            raise wrong_passkey() from None


class ByPasskey:
    """For each form that a passkey answers."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except MALFORMED:
            raise wrong_passkey() from None


class SecondFactorPasskeyForm(ByPasskey, webauthn.AuthenticateWebAuthnForm):
    credential = CredentialField(widget=forms.HiddenInput)


class StillYouPasskeyForm(ByPasskey, webauthn.ReauthenticateWebAuthnForm):
    credential = CredentialField(widget=forms.HiddenInput)


class SignInPasskeyForm(ByPasskey, webauthn.LoginWebAuthnForm):
    credential = CredentialField(widget=forms.HiddenInput)
