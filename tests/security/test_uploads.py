"""Nothing takes a file, and no request is larger than a person's form can be."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import reverse

import bulk.forms  # noqa: F401
import orgs.forms  # noqa: F401
import teams.forms  # noqa: F401
import wizard.stage.forms  # noqa: F401 - so that all forms are known
from teams.models import Role, User
from tests.access.people import make_side
from tests.access.test_every_url import address
from tests.access.walk import Url, every_url
from tests.fixture_types import MakePerson, SignedIn
from tests.rows import failing_apart

DROPPED = {"InvitedSignupForm.username"}  # by allauth: people sign in with their address
BODY = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def every_form() -> list[Any]:
    found: list[Any] = []
    todo: list[Any] = [forms.BaseForm]
    while todo:
        todo += (more := todo.pop().__subclasses__())
        found += more
    return [
        form
        for form in found
        if form.__module__.split(".")[0] in ("teams", "orgs", "notices", "wizard", "bulk")
    ]


def test_no_model_and_no_form_has_a_file() -> None:
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    assert len(fields) > 80
    assert not [field for field in fields if isinstance(field, models.FileField)]
    assert len(every_form()) >= 4
    for form in every_form():
        assert not [name for name, each in form.base_fields.items() if isinstance(each, forms.FileField)]


def test_every_text_field_of_a_form_has_a_limit() -> None:
    for form in every_form():
        for name, field in form.base_fields.items():
            if type(field) is forms.CharField and f"{form.__name__}.{name}" not in DROPPED:
                assert field.max_length, f"{form.__name__}.{name}"


TOKEN = "a" * 32


@pytest.mark.django_db
def test_a_file_is_refused_at_every_address(person: MakePerson) -> None:
    """Already by whoever reads the form's token, before any view: so here with a token that is right."""
    side = make_side("Ours", person)

    def check(url: Url) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(side.people[Role.OWNER])
        browser.cookies["csrftoken"] = TOKEN
        upload = SimpleUploadedFile("x.html", b"<script>alert(1)</script>")
        answer = browser.post(address(url, side), {"csrfmiddlewaretoken": TOKEN, "file": upload})
        # A program's call has no form at all: without its token nothing of it is read.
        assert answer.status_code in ((400, 401, 404, 405) if url.name.startswith("api:") else (400,))

    assert failing_apart(every_url(), check) == []


@pytest.mark.django_db
def test_without_a_file_the_same_post_is_taken(dana: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(dana)
    browser.cookies["csrftoken"] = TOKEN
    form = {"csrfmiddlewaretoken": TOKEN, "where": "production"}
    assert browser.post(reverse("orgs:connect"), form).status_code == 302


@pytest.mark.django_db
def test_a_body_beyond_the_limit_is_refused_before_anything_is_done(dana: User, signed_in: SignedIn) -> None:
    browser = signed_in(dana)
    sent = browser.post(
        reverse("orgs:connect"), "where=" + "x" * BODY, content_type="application/x-www-form-urlencoded"
    )
    assert sent.status_code == 400
    assert "sign_ins" not in browser.session


@pytest.mark.django_db
def test_too_many_fields_are_refused(dana: User, signed_in: SignedIn) -> None:
    many = {f"field{number}": "x" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert signed_in(dana).post(reverse("orgs:connect"), many).status_code == 400
