"""python -m simulator: run the stand-in org until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from threading import Event
from types import FrameType

from simulator.server import CannotListen, UnreadableState, open_world, running


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--state", type=Path, help="JSON file that keeps the orgs between runs")
    parser.add_argument("--demo", action="store_true", help="make the demo orgs if there are none")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    stop = Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    try:
        world = open_world(given.state)
    except UnreadableState as problem:
        print(problem, file=sys.stderr)
        return 1
    if given.demo:
        from simulator.scenarios import create_demo

        create_demo(world)
    try:
        with running(host=given.host, port=given.port, state=given.state, world=world) as stand:
            print(f"Stand-in org on {stand.url}", flush=True)
            stop.wait()
    except CannotListen as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
