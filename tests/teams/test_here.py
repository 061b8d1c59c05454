from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_page_comes_back_to_itself_after_a_change_of_language(client):
    page = client.get("/help/", {"q": "set"}).content.decode()
    assert 'name="next" value="/help/?q=set"' in page


def test_the_answer_to_a_sign_in_is_not_written_into_the_page(dana, signed_in):
    answer = {"code": "aPrx-a-code", "state": "a-state"}
    page = signed_in(dana).get(reverse("orgs:callback"), answer, follow=True).content.decode()
    assert f'name="next" value="{reverse("orgs:problem")}"' in page
    assert "aPrx-a-code" not in page
    assert "a-state" not in page
