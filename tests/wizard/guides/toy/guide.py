"""A second guide, of nobody's page: one badge in the team's colour. Proves that no place of the engine
knows the keys, kinds or snapshot of the first. It asks for no people, and reads other fields."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from orgs.salesforce.client import Client
from orgs.salesforce.soql import soql
from wizard.guides.base import (
    Access,
    Finding,
    Guide,
    Input,
    InputKind,
    Instruction,
    Link,
    Proof,
    Stage,
    Step,
)
from wizard.guides.changes import Change, ChangeWords, Outcome, Watcher
from wizard.guides.text import Json, Text

PARTS = ("home", "badges")
NOT_READ = Finding.cannot_check("not_read", Text("Nothing was read yet."))
PRINT, BIN = "print_badge", "bin_badge"


@dataclass(frozen=True)
class Wish:
    colour: str = ""

    @property
    def badge(self) -> str:
        return f"Toy_Badge_{self.colour}"


@dataclass(frozen=True)
class Desk:
    """What is on the desk; None where it was not read."""

    home: str | None = None  # the org's own name
    badges: Mapping[str, str] | None = None  # name -> id


def read(
    client: Client,
    wish: Wish,
    parts: Iterable[str] | None = None,
    known: Mapping[str, Json] | None = None,
    also: Collection[str] = (),
) -> Desk:
    wanted = set(PARTS if parts is None else parts)
    homes = client.query(soql("SELECT Name FROM Organization")) if "home" in wanted else None
    badges = "SELECT Id, Name FROM PermissionSet WHERE Name IN {names}"
    names = ["Toy_Badge_red", "Toy_Badge_blue"]
    rows = client.query(soql(badges, names=names)) if "badges" in wanted else None
    return Desk(
        None if homes is None else homes[0]["Name"],
        None if rows is None else {row["Name"]: row["Id"] for row in rows},
    )


def merge(old: Desk | None, new: Desk) -> Desk:
    old = old or Desk()
    return Desk(old.home if new.home is None else new.home, old.badges if new.badges is None else new.badges)


def check_home(desk: Desk, wish: Wish) -> Finding:
    if not desk.home:
        return NOT_READ
    return Finding.done("home", Text("This is {name}.", {"name": desk.home}))


def check_colour(desk: Desk, wish: Wish) -> Finding:
    if not wish.colour:
        return Finding.to_do("no_colour", Text("No colour is chosen."))
    return Finding.done("colour", Text("A colour is chosen."), Proof.CHOICE)


def check_badge(desk: Desk, wish: Wish) -> Finding:
    if desk.badges is None:
        return NOT_READ
    if wish.badge not in desk.badges:
        return Finding.to_do("no_badge", Text("The badge is missing."))
    return Finding.done("badge", Text("The badge is there."))


def plan_badge(desk: Desk, wish: Wish) -> list[Change]:
    if desk.badges is None or not wish.colour or wish.badge in desk.badges:
        return []
    what = Text("The badge {name}", {"name": wish.badge})
    data = {"name": wish.badge}
    return [Change(PRINT, f"print:{wish.badge}", "badge", what, Text("missing"), Text("there"), data)]


def apply(client: Client, changes: Sequence[Change], desk: Desk, wish: Wish, watcher: Watcher) -> None:
    for change in changes:
        watcher.before_batch([change])
        row = client.create("PermissionSet", {"Name": change.data["name"], "Label": "A badge of the toy"})
        watcher.after_batch([Outcome(change, ok=True, created=True, record_id=row)])


def found(change: Change, desk: Desk) -> str | None:
    return (desk.badges or {}).get(change.data.get("name", ""))


def undo_plan(
    done: Sequence[tuple[Change, str]], desk: Desk, standing: Sequence[tuple[Change, str]] = ()
) -> list[Change]:
    there = (desk.badges or {}).values()
    return [
        Change(
            BIN,
            f"undo:{change.key}",
            change.step,
            change.what,
            change.after,
            change.before,
            {"id": row, "undoes": change.key, "undoes_kind": change.kind},
        )
        for change, row in done
        if row in there
    ]


def undo(client: Client, changes: Sequence[Change], watcher: Watcher) -> None:
    for change in changes:
        watcher.before_batch([change])
        client.delete("PermissionSet", change.data["id"])
        watcher.after_batch([Outcome(change, ok=True, created=True, record_id=change.data["id"])])


def how(desk: Desk, wish: Wish) -> tuple[Instruction, ...]:
    link = Link(Text("Open Permission Sets"), "permission_sets")
    return (Instruction(Text("Open **Permission Sets**."), link),)


WHY, SURE = Text("Because it is a toy."), Text("I looked at it myself.")

LOOK = Stage[Desk, Wish](
    "look_around",
    Text("Look around"),
    Text("Choose a colour."),
    1,
    (
        Step(
            "home",
            Text("This is the right org"),
            WHY,
            (1,),
            frozenset({"home"}),
            check_home,
            confirm=SURE,
            how=how,
        ),
        Step(
            "colour",
            Text("A colour is chosen"),
            WHY,
            (2,),
            check=check_colour,
            confirm=SURE,
            watched=False,
            how=how,
        ),
    ),
    makes_choices=True,
)
MAKE = Stage[Desk, Wish](
    "make_it",
    Text("Make the badge"),
    Text("One badge for the desk."),
    1,
    (
        Step(
            "badge",
            Text("The badge is there"),
            WHY,
            (3,),
            frozenset({"badges"}),
            check_badge,
            plan_badge,
            SURE,
            how=how,
        ),
    ),
    needs=("look_around",),
)
SHOW = Stage[Desk, Wish](
    "show_it",
    Text("Show the badge"),
    Text("Somebody has to see it."),
    1,
    (Step("shown", Text("Somebody has seen it"), WHY, (4,), confirm=SURE, how=how),),
    needs=("make_it",),
)
GO_HOME = Stage[Desk, Wish]("go_home", Text("Go home"), Text("All is done."), 1, ())

COLOUR = Input(
    "colour",
    InputKind.CHOICE,
    Text("Colour"),
    Text("Of the badge."),
    default="red",
    choices=(("red", Text("Red")), ("blue", Text("Blue"))),
)

TOY = Guide[Desk, Wish](
    key="toy",
    title=Text("Make a badge"),
    source="Make a badge",
    source_lines={1: "Look.", 2: "Choose.", 3: "Make.", 4: "Show."},
    stages=(LOOK, MAKE, SHOW, GO_HOME),
    inputs=(COLOUR,),
    parse_inputs=lambda raw: Wish(str(raw.get("colour") or "")),
    read=read,
    merge=merge,
    dump=asdict,
    load=lambda raw: Desk(**raw),
    apply=apply,
    undo=undo,
    found=found,
    undo_plan=undo_plan,
    rediscover=lambda old, new, known: False,
    order=lambda desk, wish: (),
    change_words={
        PRINT: ChangeWords(Text("Printed the badge {name}")),
        BIN: ChangeWords(Text("Binned the badge {name}"), remains=Text("The badge {name}")),
    },
    known_by_id=(PRINT,),
    reads=(Access("Organization", ("Name",), WHY), Access("PermissionSet", ("Id", "Name"), WHY)),
    writes=(Access("PermissionSet", ("Name", "Label"), WHY),),
)
