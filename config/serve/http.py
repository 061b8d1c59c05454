"""uvicorn as our pages and the live stream need it."""

from __future__ import annotations

import asyncio
import logging.config
import socket
import sys
from types import FrameType

import uvicorn
from django.conf import settings
from uvicorn.supervisors import Multiprocess

from config.logs import process
from config.serve.loopback import addresses_of

#: Seconds that requests under way have after SIGTERM. Streams are ended at once: they would hold it for ever.
GRACE = 20
#: Seconds between two rounds of letting go of connections that came in as the stop was asked for.
LET_GO = 0.5
#: Longer than a proxy keeps an idle connection (nginx 60 s, Caddy 120 s): it must not find it closed.
KEEP_ALIVE = 130


class Server(uvicorn.Server):
    """Ends the live pages when it is asked to stop; their browsers come again by themselves."""

    _loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        letting_go = asyncio.create_task(self._let_go())
        try:
            await super().shutdown(sockets)
        finally:
            letting_go.cancel()

    async def _let_go(self) -> None:
        """uvicorn asks each connection once: one that was just coming in would idle for `KEEP_ALIVE`."""
        while True:
            await asyncio.sleep(LET_GO)
            for connection in list(self.server_state.connections):
                if connection.transport and not connection.transport.is_closing():
                    connection.shutdown()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        stream = sys.modules.get("wizard.live.stream")
        if self._loop and stream:
            self._loop.call_soon_threadsafe(stream.hub.end)


class Config(uvicorn.Config):
    """Goes with each process that uvicorn starts, and has it log as this one does."""

    def configure_logging(self) -> None:
        process.begin()
        logging.config.dictConfig(settings.LOGGING)  # and refuse what is wrong in the settings
        process.take_prints()

    def load(self) -> None:
        try:
            super().load()
        except Exception:
            logging.getLogger(__name__).critical("the pages can't be loaded", exc_info=True)
            sys.exit(3)


def run(application: str, host: str, port: int, *, processes: int = 1) -> None:
    """Serve until a signal comes; ends this process."""
    config = Config(
        application,
        host=host,
        port=port,
        workers=processes,
        access_log=False,  # an address may hold the token of a link; the app writes a line for each request
        proxy_headers=False,  # TRUSTED_PROXY_COUNT says which are believed
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        ws="none",
    )
    sockets = [_listen(config, address) for address in addresses_of(host)]
    if processes > 1:
        Multiprocess(config, sockets=sockets).run()
        return
    server = Server(config)
    server.run(sockets)
    if not server.started:
        sys.exit(3)


def _listen(config: uvicorn.Config, address: str) -> socket.socket:
    config.host = address
    return config.bind_socket()
