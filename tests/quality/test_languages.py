"""German is complete, says the same, and is chosen by the browser or in the footer."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import polib
import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from config.languages import compile_all
from config.paths import BASE_DIR
from tests.commands.checkout import copied_to, make
from tests.fixture_types import SignedIn
from tests.wizard.harness import SetupHarness
from wizard.guides.text import Text
from wizard.live import fragment
from wizard.messages.render import words
from wizard.models import Setup

GERMAN = BASE_DIR / "locale" / "de" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%|<[^>]+>|`[^`]+`")
BOLD = re.compile(r"\*\*(.+?)\*\*")
# Our own words, which English sets in bold and German translates in quotation marks.
OURS = {"Before you start", "Check again", "Repair", "Save these choices", "Your choices for this setup"}


@pytest.fixture(scope="module")
def german() -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(GERMAN)) if not entry.obsolete]


def pairs(entry: polib.POEntry) -> list[tuple[str, str]]:
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]


def test_nothing_is_untranslated_or_doubtful(german: list[polib.POEntry]):
    assert len(german) > 1000
    assert [entry.msgid for entry in german if entry.fuzzy or not entry.translated()] == []


def test_placeholders_and_markup_are_the_same(german: list[polib.POEntry]):
    for entry in german:
        for english, said in pairs(entry):
            assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(said)) or (
                # "1 person": English may leave the number out of the singular.
                entry.msgid_plural
                and set(PLACEHOLDER.findall(said)) <= set(PLACEHOLDER.findall(entry.msgid_plural))
            ), english


def test_salesforces_labels_stay_as_on_its_screen(german: list[polib.POEntry]):
    for entry in german:
        for english, said in pairs(entry):
            labels = set(BOLD.findall(english))
            assert set(BOLD.findall(said)) in (labels, labels - OURS), english


def test_every_text_of_the_app_is_in_the_catalogue(tmp_path: Path, german: list[polib.POEntry]):
    """What `make messages` finds in the code and the templates now."""
    if not shutil.which("xgettext"):
        pytest.fail(
            "gettext's xgettext is missing: it reads the texts out of the code (apt-get install gettext)"
        )
    known = {entry.msgid for entry in german}
    found = copied_to(tmp_path) / GERMAN.relative_to(BASE_DIR)
    make("messages", folder=tmp_path)
    now = {entry.msgid for entry in polib.pofile(str(found)) if not entry.obsolete}
    assert now - known == set(), "not translated yet: run `make messages`, then translate locale/de"


def test_what_is_older_than_its_source_is_compiled_again(tmp_path: Path):
    source = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "Close"\nmsgstr "Schließen"\n', encoding="utf-8")
    compiled = source.with_suffix(".mo")
    assert compile_all(tmp_path) == [compiled]
    assert compile_all(tmp_path) == []
    assert [entry.msgstr for entry in polib.mofile(str(compiled))] == ["Schließen"]


def test_labels_of_salesforce_are_marked_as_english():
    text = Text("Click **Edit Policies**.")
    assert words(text) == "Click <b>Edit Policies</b>."
    with translation.override("de"):
        assert words(text) == 'Klicken Sie auf <b lang="en">Edit Policies</b>.'


def test_dates_are_written_as_the_language_writes_them():
    at = {"at": datetime(2026, 11, 24, 7, 30, tzinfo=UTC)}
    shown = Template("{{ at|date:'DATE_FORMAT' }} / {{ at|date:'DATETIME_FORMAT' }}")
    with timezone.override(UTC):
        assert shown.render(Context(at)) == "24 Nov 2026 / 24 Nov 2026, 07:30 UTC"
        with translation.override("de"):
            assert shown.render(Context(at)) == "24. Nov. 2026 / 24. Nov. 2026, 07:30 UTC"


def test_acts_are_told_with_seconds_as_the_language_writes_them():
    at = {"at": datetime(2026, 11, 24, 7, 30, 5, tzinfo=UTC)}
    shown = Template("{{ at|date:'DATETIME_SECONDS_FORMAT' }}")
    with timezone.override(UTC):
        assert shown.render(Context(at)) == "24 Nov 2026, 07:30:05 UTC"
        with translation.override("de"):
            assert shown.render(Context(at)) == "24. Nov. 2026, 07:30:05 UTC"


@pytest.mark.django_db
def test_numbers_have_no_separators_where_a_form_reads_them(db, request, signed_in: SignedIn):
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('teams_user', 'id'), 1234566)")
    checked: SetupHarness = request.getfixturevalue("checked")
    Setup.objects.update(assignee=checked.person)
    for page in (reverse("wizard:home"), reverse("wizard:history", args=[checked.setup.pk])):
        html = signed_in(checked.person).get(page).content.decode()
        assert 'value="1234567"' in html, page
        assert "1,234,567" not in html, page


def test_no_page_has_a_date_format_of_its_own():
    own = re.compile(r"""date:["'](?!c["'])[^A-Z"']*j M Y[ ,]*(H:i(:s)?( T)?)?["']""")
    assert [str(page) for page in (BASE_DIR / "templates").rglob("*.*") if own.search(page.read_text())] == []


@pytest.mark.django_db
def test_the_browser_chooses_the_language():
    html = (
        Client().get(reverse("wizard:help"), headers={"accept-language": "de-AT,de;q=0.9"}).content.decode()
    )
    assert '<html lang="de">' in html
    assert "Was die Wörter bedeuten" in html


@pytest.mark.django_db
def test_a_person_chooses_in_the_footer_and_stays_on_the_page():
    client = Client(headers={"accept-language": "de"})
    page = reverse("wizard:it_team")
    assert 'value="en-gb" lang="en-gb">English<' in client.get(page).content.decode()
    answer = client.post(reverse("set_language"), {"language": "en-gb", "next": page})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert '<html lang="en-gb">' in client.get(page).content.decode()


@pytest.mark.django_db
def test_times_are_in_the_browsers_zone_and_say_so(checked: SetupHarness, signed_in: SignedIn):
    client = signed_in(checked.person)
    page = reverse("wizard:history", args=[checked.setup.pk])
    assert "Times are in UTC" in client.get(page).content.decode()
    client.cookies["zone"] = "Asia/Kathmandu"
    html = client.get(page).content.decode()
    assert "Times are in Asia/Kathmandu" in html
    client.cookies["zone"] = "../../etc/passwd"
    assert "Times are in UTC" in client.get(page).content.decode()


@pytest.mark.django_db
def test_the_stream_speaks_the_language_and_the_zone_of_its_viewer(checked: SetupHarness):
    from wizard.live import stream, ticket

    with translation.override("de"), timezone.override("Asia/Kathmandu"):
        [pass_] = ticket.read_ticket(ticket.ticket(checked.person.pk, checked.setup.pk, "people"))
        at_the_page = fragment.render(str(checked.setup.pk), "people")
    assert (pass_.topic.language, pass_.topic.zone) == ("de", "Asia/Kathmandu")
    assert stream.rendered(pass_.topic) == at_the_page
    english = stream.rendered(pass_.topic._replace(language="", zone=""))
    assert english != at_the_page
