"""What is said once above instructions to somebody whose Salesforce is not English."""

from __future__ import annotations

from django.utils.translation import get_language_info

from wizard.guides import screen_labels
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _

YOU = Text(_("you"))


def note(language: str, user: Text | str) -> Text | None:
    """Where to find the labels on the screen of `user`; nothing where they are English."""
    if screen_labels.is_english(language):
        return None
    some = _(
        "Salesforce speaks {language} to {user}. Where we know the label on the screen, it stands in "
        "brackets behind the English one. The others are at the same place, and the links open the "
        "right page in any language. If one is hard to find, set the language in Salesforce to English for "
        "a while."
    )
    none = _(
        "Salesforce speaks {language} to {user}. The labels here are English. On the screen they are at "
        "the same place, and the links open the right page in any language. If one is hard to find, set the "
        "language in Salesforce to English for a while."
    )
    named = user.to_json() if isinstance(user, Text) else user
    return Text(
        some if language in screen_labels.PAGES else none,
        {"language": _name(language).to_json(), "user": named},
    )


def _name(language: str) -> Text:
    """Django's own name of the language, which it translates."""
    try:
        return Text(get_language_info(language.replace("_", "-").lower())["name"])
    except KeyError:
        return Text(_("another language"))
