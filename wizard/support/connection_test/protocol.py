"""What a test of a connection found, as the browser's session keeps it: no token, no code, no name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

from wizard.guides.connected_app_authentication.calibration.judgement import LAST_WORDS
from wizard.guides.connected_app_authentication.calibration.points import Verdict
from wizard.guides.text import Json, Text

#: In the order in which a sign-in goes through them; what Salesforce answers to one may end it.
SIGN_IN = ("authorize", "token", "identity")


class Outcome(StrEnum):
    OK = "ok"
    NOTE = "note"  # it works, but not as it should
    FAILED = "failed"
    WAITING = "waiting"
    UNREACHED = "unreached"


@dataclass(frozen=True)
class Answer:
    """What Salesforce answered to one step. `about` is what there are several of: an object, a right."""

    key: str
    outcome: Outcome
    said: Text
    code: str = ""
    about: Text | None = None

    def to_json(self) -> dict[str, Json]:
        about = self.about.to_json() if self.about else None
        return {**asdict(self), "said": self.said.to_json(), "about": about}

    @classmethod
    def load(cls, raw: Mapping[str, Json]) -> Answer:
        about = Text.from_json(raw["about"])
        return cls(raw["key"], Outcome(raw["outcome"]), Text.load(raw["said"]), raw["code"], about)


@dataclass(frozen=True)
class Assumed:
    """One of the guide's assumptions, and whether it holds in this org."""

    key: str
    question: Text
    assumed: Text
    said: Text
    verdict: str
    setting: str = ""
    when: Text | None = None
    note: Text | None = None

    @property
    def name(self) -> str:
        """Of what may be kept for the org, where the answer tells that."""
        return self.setting.partition("=")[0]

    @property
    def value(self) -> str:
        return "" if self.is_open else self.setting.partition("=")[2]

    @property
    def is_open(self) -> bool:
        """Whether a person has to say what to keep."""
        return self.setting.endswith(LAST_WORDS)

    @property
    def differs(self) -> bool:
        return self.verdict == Verdict.DIFFERS

    def to_json(self) -> dict[str, Json]:
        texts: dict[str, Text | None] = {
            "question": self.question,
            "assumed": self.assumed,
            "said": self.said,
        }
        texts |= {"when": self.when, "note": self.note}
        return {**asdict(self), **{name: text.to_json() if text else None for name, text in texts.items()}}

    @classmethod
    def load(cls, raw: Mapping[str, Json]) -> Assumed:
        texts = {name: Text.load(raw[name]) for name in ("question", "assumed", "said")}
        more = {name: Text.from_json(raw[name]) for name in ("when", "note")}
        return cls(**{**raw, **texts, **more})


@dataclass(frozen=True)
class Protocol:
    """`params` fill in what is said of a sign-in that failed (`orgs.sign_in.messages`)."""

    team: str
    origin: str
    began_at: str
    org: str = ""  # our own key of the org, where the test was of one that is known
    org_id: str = ""
    answers: tuple[Answer, ...] = ()
    points: tuple[Assumed, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_waiting(self) -> bool:
        """Whether Salesforce has not sent anybody back yet."""
        return any(answer.outcome is Outcome.WAITING for answer in self.answers)

    @property
    def signed_in(self) -> bool:
        return bool(self.org_id)

    def with_answers(self, *answers: Answer) -> Protocol:
        """Each answer takes the place of what was said of the same step before."""
        new = {answer.key for answer in answers}
        return replace(self, answers=(*(each for each in self.answers if each.key not in new), *answers))

    def to_json(self) -> dict[str, Json]:
        return {
            **asdict(self),
            "answers": [answer.to_json() for answer in self.answers],
            "points": [point.to_json() for point in self.points],
        }

    @classmethod
    def load(cls, raw: Mapping[str, Json]) -> Protocol:
        answers = tuple(Answer.load(each) for each in raw["answers"])
        points = tuple(Assumed.load(each) for each in raw["points"])
        return cls(**{**raw, "answers": answers, "points": points})


_ADDRESS = re.compile(r"[^\s@<>\"',;:=]+@[^\s@<>\"',;]+")


def without_people(text: str, names: Iterable[str] = ()) -> str:
    """The words of an org without anything that looks like a username, and without these names."""
    for name in sorted({each for each in names if len(each) > 2}, key=len, reverse=True):
        text = text.replace(name, "***")
    return _ADDRESS.sub("***", text)
