"""Making the changes of a plan that was seen."""

from __future__ import annotations

from collections import Counter
from typing import cast

import click

from cli import jobs, say
from cli.answers import Job, Outcome, Outcomes, Started
from cli.context import Context
from cli.ends import End, Failure
from cli.find import setup_of
from cli.server import Server

NOTHING = ("nothing_to_change", "nothing_to_undo")
WORDS = {"made": "made", "there": "there", "refused": say.REFUSED}


class Follower:
    """Tells each outcome once, as soon as the server knows it."""

    def __init__(self, server: Server, job: Job, page: str, *, undo: bool, quiet: bool) -> None:
        self.server = server
        self.undo = undo
        self.quiet = quiet
        self.last = Outcomes(job=job, page=page, why=None, items=[])

    def look(self) -> Job:
        told = len(self.last["items"])
        self.last = cast(Outcomes, self.server.get(f"jobs/{self.last['job']['id']}/outcomes"))
        for each in self.last["items"][told:]:
            if not self.quiet:
                self._tell(each)
        return self.last["job"]

    def _tell(self, outcome: Outcome) -> None:
        word = "undone" if self.undo and outcome["result"] == "made" else WORDS[outcome["result"]]
        mark = say.REFUSED if outcome["result"] == "refused" else say.DONE
        why = f": {outcome['why']} ({outcome['code']})" if outcome["why"] else ""
        say.marked(word, outcome["what"] + why, mark=mark)


@click.command()
@click.argument("org")
@click.option("--approve", "fingerprint", required=True, metavar="PLAN", help="The id that `plan` printed.")
@click.option("--stage", default="", help="As it was said to `plan`.")
@click.option("--undo", is_flag=True, help="Take back what we made, as `plan --undo` showed it.")
@click.option("--org-name", default="", help="The org's name, where the plan asks for it (production).")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def apply(
    context: Context, org: str, fingerprint: str, stage: str, undo: bool, org_name: str, as_json: bool
) -> int:
    """Make the changes of PLAN in ORG, and tell what became of each.

    What is there already is no failure. If the org has changed since the plan was shown, nothing is done.
    """
    server = context.server
    setup = setup_of(server, org)
    approval = {"fingerprint": fingerprint, "stage": stage or None, "org_name": org_name}
    try:
        started = cast(Started, server.post(f"setups/{setup['id']}/{'undo' if undo else 'apply'}", approval))
    except Failure as refused:
        if refused.code not in NOTHING:
            raise
        _tell_nothing(as_json=as_json)
        return int(End.DONE)
    if not started["is_new"]:
        say.aside(f"Another {started['job']['kind']} was under way in this org: this is what became of it.")
    last = _to_its_end(Follower(server, started["job"], setup["page"], undo=undo, quiet=as_json))
    if as_json:
        say.as_json(last)
    else:
        _sum_up(last)
    return int(End.DONE if last["job"]["state"] == "done" and started["is_new"] else End.NOT_ALL_DONE)


def _tell_nothing(*, as_json: bool) -> None:
    if as_json:
        say.as_json({"job": None, "items": []})
    else:
        say.line("Nothing is left to change: it is there.")


def _to_its_end(follower: Follower) -> Outcomes:
    """What was done up to now is told, whatever keeps us from seeing the rest."""
    try:
        jobs.followed(follower.look)
    except Failure as lost:
        if follower.quiet:
            say.as_json(follower.last)
        count, page = len(follower.last["items"]), follower.last["page"]
        raise Failure(
            lost.end,
            f"{lost.message}\nThe server goes on with the rest, which is not seen here. "
            f"Known up to now: {count} changes. See {page}",
        ) from lost
    return follower.last


def _sum_up(last: Outcomes) -> None:
    counted = Counter(dict.fromkeys(WORDS.values(), 0))
    counted.update(WORDS[each["result"]] for each in last["items"])
    counts = ", ".join(f"{count} {word}" for word, count in counted.items())
    say.line(f"{last['job']['state']}: {counts}")
    if last["job"]["state"] != "done":
        say.aside(f"{last['why'] or 'Somebody stopped it.'} (reference {last['job']['reference']})")
        say.aside(f"What was made stays. Run `plan` again for what is left, or see {last['page']}")
