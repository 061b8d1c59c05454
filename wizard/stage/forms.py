"""The form of the first stage, made from the guide's inputs; people are chosen on a page of their own."""

from __future__ import annotations

from collections.abc import Container, Mapping

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from wizard.guides import names
from wizard.guides.base import Input, InputKind
from wizard.guides.text import Json, Text
from wizard.messages.render import plain
from wizard.state.context import Context

NAME_SUFFIX = "_api_name"
WHICH, KEEP, SECOND = "which_set", "keep", "second"
MOST_TEXT = 200
PEOPLE_KINDS = (InputKind.PERSON, InputKind.PEOPLE)  # chosen on a page of their own


class SetupForm(forms.Form):
    """One field for each choice, label and number that the guide asks for."""

    use_required_attribute = False

    def __init__(
        self,
        context: Context,
        data: QueryDict | None = None,
        *,
        only: Container[str] | None = None,
        made: Container[str] = (),
    ) -> None:
        """`only` are the inputs to look at; without it, all. `made` are the names that we made in the org."""
        super().__init__(data)
        self.context, setup = context, context.setup
        self.made = made
        self.asked = [
            each for each in setup.guide.inputs if each.kind in _FIELDS and (only is None or each.key in only)
        ]
        shown = {**_proposed(context), **_made(setup.inputs)}
        for each in self.asked:
            self.fields.update(_FIELDS[each.kind](each, shown))

    def full_clean(self) -> None:
        """The page opens at the first mistake: it may be far below what a phone shows."""
        super().full_clean()
        for key in self.fields:
            if key in self.errors:
                self.fields[key].widget.attrs["autofocus"] = True
                return

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        for each in self.asked:
            if each.key in self.errors:
                continue  # one mistake is told once
            if each.kind is InputKind.LABEL:
                self._clean_label(each, cleaned)
            elif each.kind is InputKind.NUMBER_TEXT:
                self._clean_digits(each, cleaned)
            if each.key not in self.errors and (why := self._ruled_out(each, cleaned)):
                self.add_error(each.key, plain(why))
        return cleaned

    def _ruled_out(self, each: Input, cleaned: dict[str, Json]) -> Text | None:
        """Why what was seen in the org speaks against this choice."""
        now = self.context
        if now.snapshot is None:
            return None
        return now.setup.guide.refused_input(now.snapshot, now.inputs, each.key, cleaned.get(each.key))

    def _clean_label(self, each: Input, cleaned: dict[str, Json]) -> None:
        label, key = cleaned.get(each.key, ""), each.key + NAME_SUFFIX
        problem = names.label_problem(label)
        if problem:
            self.add_error(each.key, plain(problem))
            return
        before = self.fields[each.key].initial
        name = cleaned.get(key, "").strip()
        if not name or (label != before and name == self.fields[key].initial):
            name = names.api_name(label)  # the label decides, unless somebody wrote a name of their own
        problem = names.problem(name)
        if problem:
            proposal = names.proposal(name or label)
            self.add_error(
                key,
                _("%(problem)s For example: %(name)s") % {"problem": plain(problem), "name": proposal},
            )
        cleaned[key] = name
        kept = self.context.setup.inputs.get(each.name_key)
        if name != kept and kept in self.made:
            self._clean_which(each, cleaned)

    def _clean_which(self, each: Input, cleaned: dict[str, Json]) -> None:
        """Another name does not rename what is in the org: it plans a second one beside it."""
        answer, key = self.data.get(WHICH), each.key + NAME_SUFFIX
        if answer == SECOND:
            return
        if answer == KEEP:
            cleaned[each.key], cleaned[key] = self.fields[each.key].initial, self.fields[key].initial
            return
        self.fields[WHICH] = _which(self.context.setup.inputs[each.name_key], cleaned[key])
        order = [field for field in self.fields if field != WHICH]
        self.order_fields([*order[: order.index(key) + 1], WHICH])
        self.add_error(WHICH, _("Choose one of these."))

    def _clean_digits(self, each: Input, cleaned: dict[str, Json]) -> None:
        value = cleaned.get(each.key, "").replace(" ", "")
        if value and not (value.isascii() and value.isdigit()):
            self.add_error(each.key, _("Only digits, please: for example 1234567."))
        cleaned[each.key] = value

    @property
    def changed_labels(self) -> list[str]:
        """Of what somebody filled in otherwise than it was shown to them."""
        return [str(self[name].label) for name in self.changed_data]

    def values(self) -> dict[str, Json]:
        """What to keep in `Setup.inputs`."""
        values: dict[str, object] = {}
        for each in self.asked:
            values[each.key] = self.cleaned_data[each.key]
            if each.kind is InputKind.LABEL:
                values[each.name_key] = self.cleaned_data[each.key + NAME_SUFFIX]
        return values


class OneFocus(forms.RadioSelect):
    """Gives the focus to the first choice: all of them have the attributes of the whole."""

    def create_option(
        self,
        name: str,
        value: object,
        label: str | int,
        selected: bool,
        index: int,
        subindex: int | None = None,
        attrs: dict[str, object] | None = None,
    ) -> dict[str, object]:
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        if index:
            option["attrs"].pop("autofocus", None)
        return option


def _choice(each: Input, inputs: dict[str, object]) -> dict[str, forms.Field]:
    choices = [(value, plain(label)) for value, label in each.choices]
    field = forms.ChoiceField(
        choices=choices,
        widget=OneFocus,
        label=plain(each.label),
        help_text=plain(each.help),
        initial=inputs.get(each.key),
        required=each.required,
        error_messages={"required": _("Choose one of these.")},
    )
    return {each.key: field}


def _text(each: Input, inputs: dict[str, object], initial: str = "") -> forms.CharField:
    return forms.CharField(
        label=plain(each.label),
        help_text=plain(each.help),
        max_length=MOST_TEXT,
        required=False,
        initial=inputs.get(each.key) or initial,
        widget=forms.TextInput(attrs={"class": "inp", "autocomplete": "off"}),
    )


def _label(each: Input, inputs: dict[str, Json]) -> dict[str, forms.Field]:
    label = _text(each, inputs, each.default)
    name = forms.CharField(
        label=_("API name"),
        help_text=_("Made from the label, as Salesforce does it. Check that it has the value you want."),
        max_length=MOST_TEXT,
        required=False,
        initial=inputs.get(each.name_key) or names.api_name(inputs.get(each.key) or each.default),
        widget=forms.TextInput(attrs={"class": "inp", "autocomplete": "off", "spellcheck": "false"}),
    )
    return {each.key: label, each.key + NAME_SUFFIX: name}


def _which(old: str, new: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=[
            (KEEP, _("Keep the permission set %(name)s") % {"name": old}),
            (SECOND, _("Make a second permission set, %(name)s") % {"name": new}),
        ],
        widget=OneFocus,
        label=_("Which permission set?"),
        help_text=_(
            "We made the permission set %(name)s in this org. Another "
            "name does not rename it. It means a second one. "
            "The first one stays in Salesforce, with everyone who has it, and we watch it no more. "
            "To be rid of it, undo our changes first, then change the name."
        )
        % {"name": old},
    )


def _number(each: Input, inputs: dict[str, object]) -> dict[str, forms.Field]:
    field = _text(each, inputs)
    field.widget.attrs["inputmode"] = "numeric"
    return {each.key: field}


def _made(inputs: Mapping[str, Json]) -> dict[str, Json]:
    """The choices that were made; what is empty was not."""
    return {key: value for key, value in inputs.items() if value}


def _proposed(context: Context) -> Mapping[str, Json]:
    if context.snapshot is None:
        return {}
    return context.setup.guide.proposed_inputs(context.snapshot, context.inputs)


_FIELDS = {InputKind.CHOICE: _choice, InputKind.LABEL: _label, InputKind.NUMBER_TEXT: _number}
