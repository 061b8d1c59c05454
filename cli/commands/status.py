"""How a setup stands, and whether a pipeline may go on."""

from __future__ import annotations

import time
from typing import Literal, cast

import click

from cli import jobs, say
from cli.answers import Line, Lines, Setup, Started
from cli.commands.orgs import kind_of
from cli.context import Context
from cli.ends import End, Failure
from cli.find import setup_of
from cli.server import Server

PROOFS = {
    "api": "read from the org",
    "audit_trail": "read from the org's log of changes",
    "choice": "chosen here",
}
LOOK_SECONDS = 300  # for a worker to look at an org after its handover


@click.command()
@click.argument("org")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--fresh", is_flag=True, help="Let the server read the org first (the key must be one that acts)."
)
@click.option(
    "--fail-on",
    type=click.Choice(["open", "drift"]),
    help="End with 10 if a line is open, or with 11 if something changed after the handover.",
)
@click.pass_obj
def status(
    context: Context, org: str, as_json: bool, fresh: bool, fail_on: Literal["open", "drift"] | None
) -> int:
    """Show each line of ORG's setup: done or open, with its proof."""
    server = context.server
    setup = setup_of(server, org)
    if fresh:
        setup = read_again(server, setup)
    lines = cast(Lines, server.get(f"setups/{setup['id']}/lines")) if setup["org"]["salesforce_id"] else None
    if as_json:
        say.as_json({"setup": setup, "lines": lines})
    else:
        show(setup, lines)
    return int(ending(setup, lines, fail_on))


def read_again(server: Server, setup: Setup) -> Setup:
    """Under way: a check. Handed over: a look, as the daily one is."""
    if not setup["handed_over_at"]:
        started = cast(Started, server.post(f"setups/{setup['id']}/check"))
        jobs.refuse_failed(jobs.wait_for(server, started["job"]))
        return cast(Setup, server.get(f"setups/{setup['id']}"))
    before = setup["looked_at"]
    server.post(f"setups/{setup['id']}/look-now")
    end = time.monotonic() + LOOK_SECONDS
    while time.monotonic() < end:
        now = cast(Setup, server.get(f"setups/{setup['id']}"))
        if now["looked_at"] != before or now["look_failed"]:
            return now
        time.sleep(jobs.PAUSE)
    raise Failure(End.NOT_ALL_DONE, f"Nobody looked within {LOOK_SECONDS} s: is a worker running?")


def show(setup: Setup, lines: Lines | None) -> None:
    org = setup["org"]
    kind = kind_of(org["sandbox"]) if org["salesforce_id"] else "no sign-in yet"
    say.line(
        f"{say.clean(org['name'])} ({kind}): {setup['state']}, "
        f"{setup['stages_done']} of {setup['stages_total']} stages done"
    )
    for told in (setup["reason"], setup["waits"]):
        if told:
            say.line(told)
    for stage in lines["stages"] if lines else ():
        say.line()
        say.line(say.clean(stage["title"]))
        for each in stage["lines"]:
            say.marked(*said_of(each, setup))
    say.line()
    say.line(f"{setup['page']}")


def said_of(line: Line, setup: Setup) -> tuple[str, str]:
    """The word before a line, and the line."""
    word = say.DONE if line["done"] else say.OPEN
    proof = PROOFS.get(line["proof"] or "", line["proof"])
    more = proof if line["done"] else line["sentence"]
    signed = f"confirmed by {line['confirmed_by']}" if line["confirmed_by"] else more
    drifted = " (changed after the handover)" if line["step"] in setup["drifted"] else ""
    return word, f"{line['title']}{drifted}" + (f": {signed}" if signed else "")


def ending(setup: Setup, lines: Lines | None, fail_on: str | None) -> End:
    if fail_on == "open":
        return _ending_of_open(lines)
    return _ending_of_drift(setup) if fail_on == "drift" else End.DONE


def _ending_of_open(lines: Lines | None) -> End:
    if lines is None:
        say.aside("Nobody has signed in to the org: all lines are open.")
        return End.OPEN
    left = [line["title"] for stage in lines["stages"] for line in stage["lines"] if not line["done"]]
    if left:
        say.aside(f"Open: {'; '.join(map(say.clean, left))}")
    return End.OPEN if left else End.DONE


def _ending_of_drift(setup: Setup) -> End:
    """Never well by silence: where nobody looks, drift is not known."""
    if setup["drifted"]:
        say.aside(f"Changed after the handover: {', '.join(setup['drifted'])}")
        return End.DRIFT
    if why := _why_not_known(setup):
        say.aside(f"Whether something changed is not known: {why}.")
        return End.NOT_KNOWN
    return End.DONE


def _why_not_known(setup: Setup) -> str:
    if not setup["handed_over_at"]:
        return "the setup is not handed over yet (--fail-on open judges it now)"
    if not setup["keep_watching"]:
        return "nobody watches this org, as that was not chosen at the handover"
    if setup["look_failed"]:
        return "the last look could not read the org; somebody has to sign in to it again"
    return "" if setup["looked_at"] else "nobody has looked since the handover"
