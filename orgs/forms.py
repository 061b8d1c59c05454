"""Where to sign in, and what a stranded person sees."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs import hosts
from orgs.plain_text import plain
from orgs.sign_in.classify import classify, error_named_in
from orgs.sign_in.messages.hosts import HOST_PROPOSED, HOST_REFUSED
from teams.models import Team

MY_DOMAIN = "my_domain"


class AddressForm(forms.Form):
    """An address to sign in at, which a person typed; what it means is in `cleaned_data["origin"]`."""

    address = forms.CharField(
        label=_("My Domain address"),
        required=False,
        max_length=2000,  # the check refuses long ones itself, in words
        widget=forms.TextInput(attrs={"class": "inp", "autocomplete": "off", "spellcheck": "false"}),
    )

    def _check(self, cleaned: dict[str, object], address: str) -> None:
        try:
            cleaned["origin"] = hosts.check_login_host(address)
        except hosts.HostRefused as refused:
            words = [str(HOST_REFUSED[refused.code])]
            if refused.proposal:
                words.append(str(HOST_PROPOSED) % {"host": refused.proposal})
                self._put_in_field(refused.proposal)
            self.add_error("address", forms.ValidationError(" ".join(words), code=refused.code))

    def _put_in_field(self, host: str) -> None:
        """Nothing is followed before a person has seen it and pressed the button again."""
        self.data = {**self.data, "address": host}


class WhereForm(AddressForm):
    """Production, sandbox, a My Domain address, or an extra origin such as a stand-in org."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, str | Promise]] = [
            ("production", _("Production or Developer Edition")),
            ("sandbox", _("Sandbox")),
            (MY_DOMAIN, _("The org's own address (My Domain)")),
        ]
        choices += [(url, _extra_label(url)) for url in settings.SALESFORCE_EXTRA_ORIGINS]
        self.fields["where"] = forms.ChoiceField(
            label=_("Where does the org live?"),
            choices=choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose where the org lives.")},
            # On one's own machine the stand-in is the only org that there is.
            initial=next(iter(settings.SALESFORCE_EXTRA_ORIGINS), None) if settings.TRYOUT else None,
        )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        where = cleaned.get("where")
        named = {"production": hosts.PRODUCTION, "sandbox": hosts.SANDBOX}
        if where:
            self._check(
                cleaned, cleaned.get("address", "") if where == MY_DOMAIN else named.get(where, where)
            )
        return cleaned


def _extra_label(url: str) -> str:
    """What a further place to sign in is called; its address tells it apart from others."""
    stand_ins = [each for each in settings.SALESFORCE_EXTRA_ORIGINS if _is_here(each)]
    if url not in stand_ins:
        return gettext("Another place to sign in: %(host)s") % {"host": urlsplit(url).netloc}
    name = gettext("Stand-in org for practice")
    return f"{name} ({urlsplit(url).netloc})" if len(stand_ins) > 1 else name


def _is_here(url: str) -> bool:
    return hosts.is_loopback(urlsplit(url).hostname or "")


class OfATeam(forms.Form):
    """Asks for the team only where a person has several; else it is the only one (or none)."""

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        several = len(teams) > 1
        self.fields["team"] = forms.ModelChoiceField(queryset=teams, label=_("Team"), required=several)
        self.only_team = None if several else next(iter(teams), None)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        cleaned["team"] = cleaned.get("team") or self.only_team
        return cleaned


class ConnectForm(OfATeam, WhereForm):
    """Where to sign in, and for which team."""


class ForClientForm(OfATeam):
    """A setup whose org the client will connect: so far only a name."""

    name = forms.CharField(
        label=_("The client's name"),
        max_length=200,
        error_messages={"required": _("Type the client's name.")},
    )


class AppForm(AddressForm):
    """Key and secret of an External Client App. Neither is ever put into a page again."""

    client_id = forms.CharField(
        label=_("Consumer Key"),
        max_length=255,
        widget=forms.TextInput(attrs={"class": "inp", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Paste the Consumer Key.")},
    )
    client_secret = forms.CharField(
        label=_("Consumer Secret"),
        max_length=255,
        widget=forms.PasswordInput(attrs={"class": "inp", "autocomplete": "new-password"}),
        error_messages={"required": _("Paste the Consumer Secret.")},
    )
    secret_ends_on = forms.DateField(
        label=_("Last day of the secret"),
        help_text=_("Only if it ends: we remind the team's owners 30 days and 7 days before."),
        required=False,
        widget=forms.DateInput(attrs={"class": "inp", "type": "date"}),
    )
    every_org = forms.BooleanField(
        label=_("The app comes in a package and works in every org: it has no address of its own."),
        required=False,
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        key, secret = cleaned.get("client_id"), cleaned.get("client_secret")
        if key and key == secret:
            self.add_error("client_secret", _("This is the Consumer Key again. Paste the Consumer Secret."))
        for name in ("client_id", "client_secret"):
            if any(not sign.isascii() or sign.isspace() for sign in str(cleaned.get(name, ""))):
                self.add_error(name, _("There is a blank or a foreign sign in it. Copy it again as a whole."))
        if (day := cleaned.get("secret_ends_on")) and day < timezone.now().date():
            self.add_error("secret_ends_on", _("This day is over. Paste a secret that works."))
        if cleaned.get("every_org"):
            cleaned["origin"] = ""
        else:
            self._check(cleaned, str(cleaned.get("address", "")))
        if cleaned.get("origin") in (hosts.PRODUCTION, hosts.SANDBOX):
            self.add_error("address", _("An app of one org is not known there. Type the org's own address."))
        return cleaned


#: What a stranded person may pick instead of pasting, in Salesforce's words.
SEEN = {
    "generic": "OAUTH_APPROVAL_ERROR_GENERIC",
    "app_not_installed": "app must be installed into org",
    "blocked": "OAuth App Blocked",
    "not_approved": "OAUTH_APP_ACCESS_DENIED",
    "redirect_uri_mismatch": "redirect_uri_mismatch",
    "invalid_client_id": "client identifier invalid",
}


class StrandedForm(forms.Form):
    """An address copied from Salesforce's error page, or what is to be read there.

    Only `error` and `error_description` are taken out of what is pasted; the rest, which may
    hold a code or a token, is dropped at once and goes into no page, log or session.
    """

    address = forms.CharField(
        label=_("The address, or the text of the error"), required=False, max_length=8000
    )
    seen = forms.ChoiceField(
        label=_("Or choose what you see"), required=False, choices=[("", _("Choose one")), *SEEN.items()]
    )

    # The app's own, to be compared with ours.
    registered = forms.CharField(label=_("Callback URL in Salesforce"), required=False, max_length=2000)

    def reason(self) -> tuple[str, str]:
        """Our code, and Salesforce's own error (never anything else that was pasted)."""
        if seen := self.cleaned_data["seen"]:
            return seen, SEEN[seen]
        error, description = error_in(self.cleaned_data["address"])
        code = classify(error, description)
        return code, f"{error}: {description}".strip(": ") if code != "unknown" else error


def error_in(pasted: str) -> tuple[str, str]:
    """`error` and `error_description` of a pasted address or answer, or a known code named in a text.

    A mail program's link or a page's source holds the address in another writing.
    """
    text = unescape(pasted.strip())
    named = _named_in(plain(text).lower())
    for written in (text, unquote(text), unquote(unquote(text))):
        if found := _ERROR.search(written):
            error = found[1] or found[2]
            if named[0] == error and named[1]:
                return named  # its words stand there with blanks, where a description would end
            return error, _described(written)[:200]
    return named


#: What may stand in an address ends at a blank: a code or a token may follow.
_ERROR = re.compile(r'(?:^|[?&#\s])error=([\w.-]{1,80})(?=[&#\s]|$)|"error"\s*:\s*"([\w.-]{1,80})"', re.ASCII)
_DESCRIPTION = re.compile(r'(?:^|[?&#\s])error_description=([^&#\s]*)|"error_description"\s*:\s*"([^"]*)"')


def _described(text: str) -> str:
    said = _DESCRIPTION.search(text)
    return "" if said is None else said[2] or unquote_plus(said[1] or "")


def _named_in(text: str) -> tuple[str, str]:
    for sign, error, description in _SIGNS:
        if sign in text:
            return error, description
    return error_named_in(text), ""


_NO_EC_APP = ("invalid_client", "External client app is not installed in this org")

#: Words of Salesforce's pages -> the error that they stand for.
_SIGNS = (
    ("must be installed", "invalid_client", "app must be installed into org"),
    ("not installed in this org", *_NO_EC_APP),
    ("n't installed in this org", *_NO_EC_APP),
    ("client app is not installed", *_NO_EC_APP),
    ("client app isn't installed", *_NO_EC_APP),
    ("not admin approved", "OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app"),
    ("app blocked", "app_blocked", ""),
    ("blocked by admin", "app_blocked", ""),
    ("app is blocked", "app_blocked", ""),
    ("blocked this app", "app_blocked", ""),
    ("unexpected error", "OAUTH_APPROVAL_ERROR_GENERIC", ""),
    ("already being processed", "invalid_grant", "token request is already being processed"),
    ("user is inactive", "inactive_user", ""),
    ("inactive user", "inactive_user", ""),
    ("ip restricted", "invalid_grant", "IP restricted"),
    ("login hours", "invalid_grant", "invalid login hours"),
    ("hasn't approved this consumer", "invalid_grant", "user hasn't approved this consumer"),
    ("redirect_uri", "redirect_uri_mismatch", ""),
    ("client identifier invalid", "invalid_client_id", ""),
    ("invalid client credentials", "invalid_client", "invalid client credentials"),
    ("expired access/refresh token", "invalid_grant", "expired access/refresh token"),
    ("token validity expired", "invalid_grant", "token validity expired"),
    ("expired authorization code", "invalid_grant", "expired authorization code"),
    ("invalid authorization code", "invalid_grant", "invalid authorization code"),
    ("authentication failure", "invalid_grant", "authentication failure"),
    ("denied authorization", "access_denied", ""),
    ("grant type not supported", "unsupported_grant_type", ""),
    ("not valid for use with the rest api", "session_refused", ""),
    ("session expired or invalid", "invalid_session_id", ""),
    ("concurrentrequests", "concurrent_limit", ""),
    ("expired or was answered already", "page_expired", ""),  # the stand-in's own words
)
