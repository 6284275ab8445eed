"""One web process: granian around the front (``tradepost web``). Several share the port (SO_REUSEPORT)."""

import logging
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

from tradepost.lib.processes import open_many_files

CONNECTIONS = 4096
HEADER_MILLISECONDS = 10_000


class Here(MPServer):
    """granian starts processes of its own and imports everything anew in each. Here its worker is this
    process, which was forked with everything in it; whoever started it starts it again."""

    def _serve(self, spawn_target: object, target_loader: object) -> None:
        self._init_shared_socket()  # type: ignore[no-untyped-call]  # granian is untyped
        self._spawn_worker(0, spawn_target, target_loader).inner.run()


def serve(
    load: Callable[[], Callable[..., object]], *, host: str, port: int, logs: dict[str, object]
) -> NoReturn:
    """Until SIGTERM or Ctrl-C: what was begun is answered. ``load`` gives an RSGI application, ``logs``
    says how the server's own lines look.

    Ends the process, as granian's own workers end: a thread of the server that still runs must not meet
    an interpreter that is being taken down.
    """
    open_many_files()
    server = Here(
        "",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        loop=Loops.asyncio,
        backpressure=CONNECTIONS,
        log_level=LogLevels.warning,
        log_dictconfig=logs,
    )
    server.serve(target_loader=load, wrap_loader=False)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
