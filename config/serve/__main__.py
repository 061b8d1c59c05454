"""Run one process of Connect Guide: the same command by hand, in a unit, in a container and in the try-out.

Nothing of it writes a file: the code may be read-only, and the user needs no home.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

import django
from django.core.exceptions import ImproperlyConfigured

from config.logs import process
from config.paths import BASE_DIR

WEB_PORT, STREAM_PORT = 8000, 8002  # 8001 is the stand-in's


def main(argv: list[str] | None = None) -> None:
    sys.path.insert(0, str(BASE_DIR))
    os.chdir(BASE_DIR)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    options = _parser().parse_args(argv)
    process.begin()
    run: Callable[[argparse.Namespace], None] = options.run
    try:
        run(options)
    except ImproperlyConfigured as refusal:
        process.refuse(refusal)
        sys.exit(os.EX_CONFIG)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m config.serve", description=__doc__)
    parts = parser.add_subparsers(required=True, metavar="web|stream|worker|beat|together")
    web = parts.add_parser("web", help="the pages")
    _listens(web, WEB_PORT)
    web.add_argument("--processes", type=int, default=2, help="each serves eight pages at once (default: 2)")
    web.set_defaults(run=_web)
    stream = parts.add_parser("stream", help="the live events, below /events/")
    _listens(stream, STREAM_PORT)
    stream.set_defaults(run=_stream)
    together = parts.add_parser("together", help="pages and live events in one process: for the try-out")
    _listens(together, WEB_PORT)
    together.set_defaults(run=_together)
    worker = parts.add_parser("worker", help="background jobs")
    worker.add_argument("--name", default="worker@%h", help="default: worker@ and this machine's name")
    worker.set_defaults(run=_worker)
    beat = parts.add_parser("beat", help="the clock: one is enough, a second one stands by")
    beat.add_argument("--alive", action="store_true", help="only tell by the status whether one ticks")
    beat.set_defaults(run=_beat)
    return parser


def _listens(parser: argparse.ArgumentParser, port: int) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=port, help="default: %(default)s")


def _web(options: argparse.Namespace) -> None:
    from config.serve import http

    http.run("config.serve.pages:application", options.host, options.port, processes=options.processes)


def _stream(options: argparse.Namespace) -> None:
    from config.serve import http

    http.run("config.stream:application", options.host, options.port)


def _together(options: argparse.Namespace) -> None:
    from config.serve import http

    http.run("config.serve.together:application", options.host, options.port)


def _worker(options: argparse.Namespace) -> None:
    from config.serve import background

    background.run_worker(options.name)


def _beat(options: argparse.Namespace) -> None:
    if options.alive:
        django.setup()
        from config.serve.scheduler import clock_ticks

        sys.exit(0 if clock_ticks() else 1)
    from config.serve import background

    background.run_beat()


if __name__ == "__main__":
    main()
