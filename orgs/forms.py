"""Where to sign in, and what a stranded person sees."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs import hosts
from orgs.plain_text import plain
from orgs.sign_in.classify import classify, error_named_in
from orgs.sign_in.messages import HOST_PROPOSED, HOST_REFUSED
from teams.models import Team

MY_DOMAIN = "my_domain"


class WhereForm(forms.Form):
    """Production, sandbox, a My Domain address, or an extra origin such as a stand-in org."""

    address = forms.CharField(
        label=_("My Domain address"),
        required=False,
        max_length=2000,  # the check refuses long ones itself, in words
        widget=forms.TextInput(attrs={"class": "inp", "autocomplete": "off", "spellcheck": "false"}),
    )

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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        where = cleaned.get("where")
        named = {"production": hosts.PRODUCTION, "sandbox": hosts.SANDBOX}
        if where:
            self._check(
                cleaned, cleaned.get("address", "") if where == MY_DOMAIN else named.get(where, where)
            )
        return cleaned

    def _check(self, cleaned: dict[str, Any], address: str) -> None:
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

    def clean(self) -> dict[str, Any]:
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

    def reason(self) -> tuple[str, str]:
        """Our code, and Salesforce's own error (never anything else that was pasted)."""
        if seen := self.cleaned_data["seen"]:
            return seen, SEEN[seen]
        error, description = error_in(self.cleaned_data["address"])
        code = classify(error, description)
        return code, f"{error}: {description}".strip(": ") if code != "unknown" else error


def error_in(pasted: str) -> tuple[str, str]:
    """`error` and `error_description` of a pasted address, or a known code named in a text."""
    pasted = pasted.strip()
    try:
        query = parse_qs(urlsplit(pasted).query, max_num_fields=50)
    except ValueError:
        query = {}
    error = query.get("error", [""])[0][:80]
    description = query.get("error_description", [""])[0][:200]
    if error and all(char.isalnum() or char in "_-." for char in error):
        return error, description
    return _named_in(plain(pasted).lower())


def _named_in(text: str) -> tuple[str, str]:
    for sign, error, description in _SIGNS:
        if sign in text:
            return error, description
    return error_named_in(text), ""


#: Words of Salesforce's pages -> the error that they stand for.
_SIGNS = (
    ("must be installed", "invalid_client", "app must be installed into org"),
    ("not installed in this org", "invalid_client", "External client app is not installed in this org"),
    ("not admin approved", "OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app"),
    ("app blocked", "app_blocked", ""),
    ("blocked by admin", "app_blocked", ""),
    ("unexpected error", "OAUTH_APPROVAL_ERROR_GENERIC", ""),
    ("already being processed", "invalid_grant", "token request is already being processed"),
    ("user is inactive", "inactive_user", ""),
    ("inactive user", "inactive_user", ""),
    ("ip restricted", "invalid_grant", "IP restricted"),
    ("login hours", "invalid_grant", "invalid login hours"),
    ("hasn't approved this consumer", "invalid_grant", "user hasn't approved this consumer"),
    ("redirect_uri", "redirect_uri_mismatch", ""),
    ("client identifier invalid", "invalid_client_id", ""),
    ("expired or was answered already", "page_expired", ""),  # the stand-in's own words
)
