"""What a member fills in to send the client a link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from wizard.guests import invitations, sending
from wizard.messages.render import plain
from wizard.models import Setup
from wizard.state.context import context_of
from wizard.state.status import StageView

SIGN_IN = "sign_in"  # and nothing else


def sendable(setup: Setup) -> list[StageView]:
    """The stages to choose from. Before anybody signed in, only the first: the others need what it reads."""
    stages = invitations.sendable(setup)
    overview = context_of(setup).overview
    return [overview.stage(each.key) for each in (stages if setup.org.is_bound else stages[:1])]


def link_form(
    setup: Setup, stages: list[StageView], data: QueryDict | None = None, proposed: str = ""
) -> LinkForm:
    """`stages`: those that are `sendable`."""
    only_sign_in, mails = not setup.org.connection.is_connected, sending.works()
    return LinkForm(stages, data, proposed=proposed, only_sign_in=only_sign_in, mails=mails)


class LinkForm(forms.Form):
    stages = forms.MultipleChoiceField(
        label=gettext_lazy("What the client does"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose what the client does.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the client's admin"),
        help_text=gettext_lazy("We send the link there. Leave it empty to send it yourself."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "inp", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the message"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.Select(attrs={"class": "inp"}),
    )

    def __init__(
        self,
        stages: Sequence[StageView],
        data: QueryDict | None = None,
        *,
        proposed: str = "",
        only_sign_in: bool,
        mails: bool,
    ) -> None:
        chosen = {"stages": [proposed] if proposed else [], "language": get_language()}
        super().__init__(data, initial=chosen)
        sign_in = [(SIGN_IN, _("Only sign in to the org"))] if only_sign_in else []
        field = cast(forms.MultipleChoiceField, self.fields["stages"])
        field.choices = [*((each.stage.key, _with_state(each)) for each in stages), *sign_in]
        if not mails:
            del self.fields["email"]

    @property
    def chosen(self) -> list[str]:
        """The keys of the stages; none where only the sign-in is asked for."""
        return [key for key in self.cleaned_data["stages"] if key != SIGN_IN]

    @property
    def spoken(self) -> str:
        """The language that was chosen for the message."""
        return str(self.cleaned_data["language"] or get_language())

    @property
    def address(self) -> str:
        return str(self.cleaned_data.get("email", ""))


def _with_state(view: StageView) -> str:
    words = {"title": plain(view.stage.title)}
    if view.done:
        return _("%(title)s (done)") % words
    return _("%(title)s (cannot start yet)") % words if view.blocked else words["title"]
