"""A mail to a person: of one notice, or of a day's."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from notices import words
from notices.channels.base import Result
from notices.models import Delivery
from teams.accounts import NO_MAIL
from teams.models import User

log = logging.getLogger(__name__)


def send(deliveries: Sequence[Delivery], to: User) -> Result:
    try:
        _message(deliveries, to).send()
    except SMTPRecipientsRefused as refused:
        log.error("Person %s can't be mailed", to.pk)
        final = all(code >= 500 for code, _why in refused.recipients.values())
        return Result("NO_SUCH_PERSON", final=final)
    except NO_MAIL as problem:
        log.error("No e-mail can be sent (%s): is EMAIL_HOST right?", type(problem).__name__)
        return Result("NO_MAIL")
    return Result()


def _message(deliveries: Sequence[Delivery], to: User) -> EmailMessage:
    told = [words.say(each.notice) for each in deliveries]
    context = {
        "told": told,
        "one": told[0] if len(told) == 1 else None,
        "account": settings.PUBLIC_URL + reverse("notices:mine"),
    }
    # An org's name may hold line breaks, which no header may.
    subject = " ".join(render_to_string("notices/email/notice_subject.txt", context).split())
    text = render_to_string("notices/email/notice_message.txt", context)
    return EmailMessage(settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + subject, text, to=[to.email])
