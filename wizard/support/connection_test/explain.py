"""A protocol as it is read: each answer with what it means, what to do and who can do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext

from orgs import hosts, oauth
from orgs.connections import revocation
from orgs.sign_in.messages import EXPLANATIONS
from wizard.guides.text import Text
from wizard.guides.text import gettext_noop as _
from wizard.messages import remedies
from wizard.messages.render import plain
from wizard.support.connection_test.protocol import SIGN_IN, Answer, Outcome, Protocol
from wizard.support.connection_test.words import MEANINGS, OUTCOMES, SECTIONS, TITLES

_NOT_REACHED = Text(_("The sign-in ended before this step."))
_LEFT_OUT = "***"
#: Of what fills in an explanation: how orgs are called, which may be how a person is called.
_NAMES = ("expected", "got")


@dataclass(frozen=True)
class Row:
    title: str
    outcome: Outcome
    word: str
    said: str
    means: str = ""
    do: tuple[str, ...] = ()
    who: str = ""
    code: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    rows: tuple[Row, ...]

    @property
    def needs_somebody(self) -> int:
        return sum(row.outcome in (Outcome.NOTE, Outcome.FAILED) for row in self.rows)


def sections(protocol: Protocol, *, with_names: bool = True) -> list[Section]:
    """Everything that was asked, in its order; `with_names`: for the eyes of whoever tested."""
    params = {name: value for name, value in protocol.params.items() if with_names or name not in _NAMES}
    found = []
    for title, keys in SECTIONS:
        answers = [each for each in protocol.answers if each.key.partition(":")[0] in keys]
        answers += _unreached(protocol, keys)
        if answers:
            found.append(Section(plain(title), tuple(_row(each, params) for each in answers)))
    return found


def _unreached(protocol: Protocol, keys: tuple[str, ...]) -> list[Answer]:
    """Of the sign-in's own steps: it ends with the first that fails."""
    there = {answer.key for answer in protocol.answers}
    missing = [key for key in SIGN_IN if key in keys and key not in there]
    return [Answer(key, Outcome.UNREACHED, _NOT_REACHED) for key in missing]


def _row(answer: Answer, params: Mapping[str, str]) -> Row:
    title = answer.about or TITLES[answer.key]
    row = (plain(title), answer.outcome, plain(OUTCOMES[answer.outcome]), plain(answer.said))
    if not answer.code:
        return Row(*row)
    if answer.key in SIGN_IN and answer.code not in MEANINGS:
        return Row(*row, *_of_a_sign_in(answer.code, params), answer.code)
    remedy = MEANINGS.get(answer.code) or remedies.get(answer.code)
    return Row(*row, plain(remedy.happened), (plain(remedy.do),), plain(remedy.who), answer.code)


def _of_a_sign_in(code: str, params: Mapping[str, str]) -> tuple[str, tuple[str, ...], str]:
    words = EXPLANATIONS[code]
    values = _Filled(params, redirect_uri=oauth.redirect_uri())
    return str(words.happened) % values, tuple(str(line) % values for line in words.do), str(words.who)


class _Filled(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return _LEFT_OUT


def ended(protocol: Protocol) -> Text:
    """What became of the sign-in that the test was made with."""
    if not protocol.signed_in and not any(each.key == "token" for each in protocol.answers):
        return Text(_("No sign-in came about, so there is none to end."))
    since = datetime.fromisoformat(protocol.began_at)
    if revocation.is_unconfirmed(protocol.team, since):
        return Text(
            _("We use the sign-in no more. Salesforce has not confirmed its end yet; we go on asking.")
        )
    return Text(_("Salesforce confirmed that the sign-in has ended. Nothing that it gave was kept."))


def as_text(protocol: Protocol) -> str:
    """The protocol as a file to send: no secret, and nothing that names a person or an org."""
    lines = [
        plain(Text(_("Connect Guide: test of a connection"))),
        plain(Text(_("Begun: {at}"), {"at": protocol.began_at[:19] + " UTC"})),
        plain(Text(_("Signed in at: {place}"), {"place": _place(protocol.origin)})),
        plain(Text(_("Callback address: {url}"), {"url": oauth.redirect_uri()})),
    ]
    for section in sections(protocol, with_names=False):
        lines += _headed(section.title)
        for row in section.rows:
            lines += _lines(row)
    if protocol.points:
        lines += _headed(plain(Text(_("What the guide assumes"))))
        for point in protocol.points:
            lines += [f"[{gettext(point.verdict)}] {plain(point.question)}"]
            lines += [f"    {plain(point.assumed)} / {plain(point.said)}"]
    return "\n".join([*lines, *_headed(plain(Text(_("Afterwards")))), plain(ended(protocol)), ""])


def _headed(title: str) -> list[str]:
    return ["", title, "=" * len(title)]


def _lines(row: Row) -> list[str]:
    told = [f"[{row.word}] {row.title}: {row.said}"]
    told += [f"    {each}" for each in (row.means, *row.do, row.who) if each]
    return told + ([f"    ({row.code})"] if row.code else [])


def _place(origin: str) -> str:
    """Without a My Domain's own name: that of a Developer Edition may be a person's."""
    host = urlsplit(origin).netloc
    if hosts.place_of(origin) != "Salesforce" or origin in (hosts.PRODUCTION, hosts.SANDBOX):
        return host
    return f"*.{host.partition('.')[2]}"
