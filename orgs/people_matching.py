"""Who of an org's directory a pasted list means, and what can be said about the lines that mean nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Q
from django.db.models.functions import Lower

from orgs.models import Org, OrgUser
from orgs.pasted.ids import whole_id
from orgs.pasted.lines import Entry, Role, named_in
from orgs.pasted.people import parse
from orgs.pasted.spelling import folded, spellings_of
from orgs.plain_text import plain

MOST_HINTED = 50  # lines that get a "did you mean": each costs a look at the whole directory
MOST_CANDIDATES = 5


class NotMatched(StrEnum):
    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    AMBIGUOUS = "ambiguous"  # an e-mail address or a name that several people have
    SIMILAR = "similar"  # nobody, but somebody who is written almost like that
    ASIDE = "aside"  # the name of somebody, beside another one's address
    REMARK = "remark"  # somebody in a line that looks like a remark


@dataclass(frozen=True)
class Unmatched:
    line: str
    reason: NotMatched
    candidates: tuple[OrgUser, ...] = ()  # among whom a person may choose


@dataclass
class Matched:
    people: dict[str, OrgUser] = field(default_factory=dict)  # by user id, in the order of the list
    unmatched: list[Unmatched] = field(default_factory=list)
    #: What this sandbox adds to usernames and addresses, where a line fits only without it.
    endings: set[str] = field(default_factory=set)
    without_ending: int = 0
    hinted: int = 0  # how many lines were looked up for a "did you mean"


def match(org: Org, pasted: str) -> Matched:
    """Everybody whom the list names without doubt; a username wins over an equal address of somebody else.

    `TooLong` where the list is.
    """
    entries = parse(pasted)
    exact, result = _Known(_named_exactly(org, entries)), Matched()
    left = [entry for entry in entries if not _take(exact.find(entry), entry, result)]
    theirs = {name for person in result.people.values() for name in _ways_to_name(person)}
    left = [entry for entry in left if entry.role is Role.MEANT or not _is_one_of(entry, theirs)]
    if left:
        _match_rest(org, left, result)
    return result


def _ways_to_name(person: OrgUser) -> set[str]:
    return {_letters(each) for each in (person.name, person.username, person.email)} | {person.user_id}


def _letters(text: str) -> str:
    return plain(text).casefold()


def _is_one_of(entry: Entry, theirs: set[str]) -> bool:
    """Whether it names somebody who is chosen: known without a look at the whole directory."""
    return any((whole_id(value) or _letters(value)) in theirs for value in entry.values)


def _named_exactly(org: Org, entries: Iterable[Entry]) -> Iterator[OrgUser]:
    values = [value for entry in entries for value in entry.values]
    ids = [found for value in values if (found := whole_id(value))]
    lower = [value.lower() for value in values]
    people = OrgUser.objects.filter(org=org).annotate(by_name=Lower("username"), by_email=Lower("email"))
    yield from people.filter(Q(by_name__in=lower) | Q(by_email__in=lower) | Q(user_id__in=ids))


def _match_rest(org: Org, left: list[Entry], result: Matched) -> None:
    """What fits nobody letter by letter: names, the endings of a sandbox, and slips.

    What stands beside somebody comes last, when it is known who is chosen.
    """
    everybody = _Everybody(OrgUser.objects.filter(org=org), org)
    single = [each for entry in left for each in everybody.told_apart(entry)]
    for entry in single:
        if entry.role is Role.MEANT:
            _match_one(everybody, entry, result)
    told = {each.line for each in result.unmatched}
    for entry in dict.fromkeys(single):
        if entry.role is not Role.MEANT and entry.line not in told:
            _match_beside(everybody, entry, result)


def _match_one(everybody: _Everybody, entry: Entry, result: Matched) -> None:
    people, ending = everybody.find(entry)
    if _take(people, entry, result):
        if ending:
            result.endings.add(ending)
            result.without_ending += 1
    elif people:
        result.unmatched.append(_unmatched(entry, people))
    else:
        _nobody(everybody, entry, result)


def _nobody(everybody: _Everybody, entry: Entry, result: Matched) -> None:
    result.hinted += 1
    similar = everybody.similar(entry) if result.hinted <= MOST_HINTED else ()
    reason = NotMatched.SIMILAR if similar else NotMatched.UNKNOWN
    result.unmatched.append(Unmatched(entry.line, reason, similar))


def _match_beside(everybody: _Everybody, entry: Entry, result: Matched) -> None:
    """The same person's name or a remark, unless it is somebody else, or stands in a list of several."""
    people, _ending = everybody.find(entry)
    if not people:
        if _is_sure(entry) or everybody.are_several(entry.among):
            _nobody(everybody, entry, result)
    elif not any(person.user_id in result.people for person in people):
        active = [person for person in people if person.active]
        reason = NotMatched(entry.role.value) if active else NotMatched.INACTIVE
        result.unmatched.append(Unmatched(entry.line, reason, tuple(active[:MOST_CANDIDATES])))


def _is_sure(entry: Entry) -> bool:
    """An address or an id in a remark names somebody, whoever it is; in a row it is one more of theirs."""
    return entry.role is Role.REMARK and bool(named_in(entry.line))


def _take(people: list[OrgUser], entry: Entry, result: Matched) -> bool:
    active = [person for person in people if person.active]
    if len(active) != 1 or entry.role is not Role.MEANT:
        return False
    result.people[active[0].user_id] = active[0]
    return True


def _unmatched(entry: Entry, people: list[OrgUser]) -> Unmatched:
    active = tuple(person for person in people if person.active)
    if active:
        return Unmatched(entry.line, NotMatched.AMBIGUOUS, active[:MOST_CANDIDATES])
    return Unmatched(entry.line, NotMatched.INACTIVE)


class _Known:
    """People by what names them exactly: username, id, address, in this order."""

    def __init__(self, people: Iterable[OrgUser]) -> None:
        self.usernames: dict[str, OrgUser] = {}
        self.ids: dict[str, OrgUser] = {}
        self.emails: dict[str, list[OrgUser]] = defaultdict(list)
        for person in people:
            self.usernames[person.username.lower()] = person
            self.ids[person.user_id] = person
            self.emails[person.email.lower()].append(person)

    def find(self, entry: Entry) -> list[OrgUser]:
        for value in entry.values:
            person = self.usernames.get(value.lower()) or self.ids.get(whole_id(value))
            if found := [person] if person else self.emails.get(value.lower(), []):
                return found
        return []


class _Everybody:
    """The whole directory, for what is not written as it is there."""

    def __init__(self, people: Iterable[OrgUser], org: Org) -> None:
        self.people = list(people)
        self.exact = _Known(self.people)
        self.written: dict[str, list[OrgUser]] = defaultdict(list)  # with their accents
        self.names: dict[str, list[OrgUser]] = defaultdict(list)
        self.bare: dict[str, dict[str, OrgUser]] = defaultdict(dict)
        self.endings: dict[str, str] = {}
        self.spellings: dict[int, list[tuple[str, OrgUser]]] = defaultdict(list)
        for person in self.people:
            self.written[_letters(person.name)].append(person)
            for name in spellings_of(person.name):
                self.names[name].append(person)
            for text in {person.username.lower(), person.email.lower(), folded(person.name)} - {""}:
                self.spellings[len(text)].append((text, person))
        #: Usernames without an ending that is no sandbox of ours: acme.co of acme.co.uk.
        self.shortened: dict[str, list[OrgUser]] = defaultdict(list)
        self.sandbox = _sandbox_name(org)
        if org.is_sandbox:
            self._learn_endings(_username_without_ending)
            self._learn_endings(_email_without_ending)

    def _learn_endings(self, without: Callable[[OrgUser], tuple[str, str]]) -> None:
        """Usernames come first: what one of them says is not said again by an address."""
        learnt: dict[str, dict[str, OrgUser]] = defaultdict(dict)
        for person in self.people:
            bare, ending = without(person)
            if bare and self.sandbox not in ("", ending[1:]) and without is _username_without_ending:
                self.shortened[bare].append(person)
            elif bare and bare not in self.bare:
                learnt[bare][person.user_id] = person
                self.spellings[len(bare)].append((bare, person))
                self.endings[bare] = ending
        self.bare |= learnt

    def find(self, entry: Entry) -> tuple[list[OrgUser], str]:
        """The people, and the sandbox's ending if they fit only without it."""
        if found := self.exact.find(entry):
            return found, ""
        for value in entry.values:
            if bare := self.bare.get(value.lower()):
                return list(bare.values()), self.endings[value.lower()]
            if found := self.written.get(_letters(value)) or self.names.get(folded(value)) or []:
                return found, ""
        return [], ""

    def told_apart(self, entry: Entry) -> list[Entry]:
        """The entry, or those of its parts, where it is nobody and they are somebody."""
        if not entry.parts or self.find(entry)[0]:
            return [entry]
        parts = [single for part in entry.parts for single in self.told_apart(part)]
        return parts if any(self.find(part)[0] for part in parts) else [entry]

    def are_several(self, named: Iterable[str]) -> bool:
        """Whether these addresses and ids are of more than one person."""
        found = [self.find(Entry(each, (each,)))[0] for each in named]
        return len({people[0].user_id if people else place for place, people in enumerate(found)}) > 1

    def similar(self, entry: Entry) -> tuple[OrgUser, ...]:
        """Active people written with one letter more, fewer, other or swapped, or with another ending."""
        found: dict[str, OrgUser] = {}
        for value in {
            text for each in entry.values for text in (each.lower(), folded(each)) if len(text) > 3
        }:
            base, _dot, _ending = value.rpartition(".")
            elsewhere = self.exact.usernames.get(base)
            found |= self.bare.get(base, {}) | ({elsewhere.user_id: elsewhere} if elsewhere else {})
            found |= {person.user_id: person for person in self._nearly(value)}
            for size in range(len(value) - 1, len(value) + 2):
                near = (person for text, person in self.spellings.get(size, ()) if one_slip(value, text))
                found |= {person.user_id: person for person in near}
        return tuple(person for person in found.values() if person.active)[:MOST_CANDIDATES]

    def _nearly(self, value: str) -> list[OrgUser]:
        """Without an ending, and with the family name first."""
        words = value.split()
        turned = (" ".join(words[turn:] + words[:turn]) for turn in range(1, len(words)))
        return [
            *self.shortened.get(value, ()),
            *(each for name in turned for each in self.names.get(name, ())),
        ]


def _sandbox_name(org: Org) -> str:
    """`uat` of acme--uat.sandbox.my.salesforce.com; nothing where the address doesn't tell."""
    return org.host.partition(".")[0].partition("--")[2].lower()


def _username_without_ending(person: OrgUser) -> tuple[str, str]:
    """What a production list has for somebody of a sandbox, and what the sandbox added: its name.

    Salesforce Help, "Sandbox Setup Considerations".
    """
    bare, dot, name = person.username.lower().rpartition(".")
    return (bare, f".{name}") if dot and "@" in bare and name.isalnum() else ("", "")


def _email_without_ending(person: OrgUser) -> tuple[str, str]:
    """The same of an address: `.invalid`, and in older sandboxes `ann=acme.example@example.com`."""
    email = person.email.lower()
    if email.endswith(".invalid"):
        return email.removesuffix(".invalid"), ".invalid"
    if "=" in email and email.endswith("@example.com"):
        return email.removesuffix("@example.com").replace("=", "@", 1), "@example.com"
    return "", ""


def one_slip(one: str, other: str) -> bool:
    """Whether one letter added, left out, replaced, or two neighbours swapped make `other` of `one`."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        swapped = a[1:2] + a[:1] == b[:2] and a[2:] == b[2:]
        return a[1:] == b[1:] or swapped
    return a[1:] == b if len(a) > len(b) else a == b[1:]
