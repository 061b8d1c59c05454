"""The message that goes with a link: sent by us, or by the member with a program of their own."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from teams.accounts import mail_works
from teams.models import User
from wizard.models import GuestInvitation

ASKED_AGAIN_AFTER = 60  # seconds: whether the mail server answers is not asked with every page


@dataclass(frozen=True)
class Message:
    subject: str
    text: str


@dataclass(frozen=True)
class Sent:
    """A link that was just made: known here, and never again."""

    invitation: GuestInvitation
    link: str
    message: Message
    address: str = ""  # where we sent it, if we did


def works() -> bool:
    """Whether mail can be sent from here, as far as is known."""
    return bool(cache.get_or_set("guest-link-mail-works", mail_works, ASKED_AGAIN_AFTER))


def message_for(made: GuestInvitation, link: str, by: User, language: str) -> Message:
    stages = [made.setup.guide.stage(key) for key in made.stages]
    context = {
        "invitation": made,
        "stages": stages,
        "minutes": sum(stage.minutes for stage in stages),
        "org": " ".join(made.setup.org.name.split()),
        "name": by.full_name,
        "link": link,
    }
    with translation.override(language):
        subject = render_to_string("wizard/email/guest_link_subject.txt", context).strip()
        text = render_to_string("wizard/email/guest_link_message.txt", context).strip()
    return Message(subject, text)


def mail(message: Message, address: str, by: User) -> None:
    subject = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + message.subject
    answers = [] if by.has_made_up_address else [by.email]
    EmailMessage(subject, message.text, to=[address], reply_to=answers).send()
