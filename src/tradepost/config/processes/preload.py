"""The process that imports the product once; all others are forked from it.

It has one thread and no connection, works on nothing, and does what the supervisor asks over a socket:
fork a process for some command of ``tradepost``, with these files as its standard input, output and
error. What was imported is memory that all of them share.

The one that is asked for is forked twice over, and the process between the two ends at once: so the new
process becomes the supervisor's own child (see :mod:`.forking`), and lives on when this one ends.
"""

import gc
import json
import os
import socket
import threading
import time
from pathlib import Path
from typing import TypedDict

import django
from django.conf import settings
from django.db import connections
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import override

from tradepost.config.environment import read_environment
from tradepost.lib.processes import call_this_process, die_with_parent

LONGEST_ORDER = 16_384
ADOPTION_SECONDS = 10.0
# What the processes import, by something of it.
_NEEDED = (
    "django.core.handlers.wsgi.WSGIHandler",
    "tradepost.campaigns.tracking.handler.Tracking",
    "tradepost.config.web.front.Front",
    "tradepost.config.web.server.serve",
    "tradepost.delivery.engine.service.Sending",
    "tradepost.delivery.servers.Catcher",
    "tradepost.jobs.scheduler.Scheduler",
    "tradepost.jobs.worker.PatientWorker",
)


class Order(TypedDict):
    """``variables``: settings that became known since this process began."""

    name: str
    words: list[str]
    variables: dict[str, str]


class NotAlone(RuntimeError):
    """Something that was imported started a thread or opened a connection: forks would share it."""


def wait_for_orders(descriptor: int, *, prepared: bool) -> list[str]:
    """Returns in each process that is forked, with the words of its command. Ends with its parent.

    Unless all is ``prepared``, the first order is for the process that does it: it begins before everything
    is imported, and works while this one imports the rest. Raises: NotAlone.
    """
    parent = os.getppid()
    call_this_process("preload")
    django.setup()
    with socket.socket(fileno=descriptor) as orders:
        if not prepared:
            orders.send(b"ready")
            if words := _obey(orders, parent):
                return words
        _load()
        orders.send(b"loaded")
        while True:
            if words := _obey(orders, parent):
                return words


def _obey(orders: socket.socket, parent: int) -> list[str]:
    """One order; the words are for the process that was forked, and for this one there are none."""
    said, files, _flags, _address = socket.recv_fds(orders, LONGEST_ORDER, 4)
    if not said:
        raise SystemExit(0)
    order: Order = json.loads(said)
    require_alone()
    if number := _forked_twice(parent):
        for file in files:
            os.close(file)
        orders.send(b"%d" % number)
        return []
    orders.close()
    return _become(order, files)


def _load() -> None:
    """All that the processes of the product need. What few of them need loads itself (``lib.lazy_modules``).

    Modules only: whatever reads the data folder or the database does it in each process.
    """
    for name in (*_NEEDED, *settings.MIDDLEWARE):
        import_string(name)
    for code, _name in settings.LANGUAGES:
        with override(code):
            reverse(
                settings.LOGIN_URL
            )  # reads the catalogue, and puts together the map of all addresses
    # From now on the collector leaves alone what is there: looking at an object copies its page.
    gc.collect()
    gc.freeze()


def require_alone() -> None:
    """Raises: NotAlone."""
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads > 1 or threading.active_count() > 1:
        raise NotAlone(f"there are {threads} threads: {threading.enumerate()}")
    opened = [one.alias for one in connections.all(initialized_only=True) if one.connection]
    if opened:
        raise NotAlone(f"there are connections: {opened}")


def _forked_twice(parent: int) -> int:
    """The grandchild's number; 0 in the grandchild, once it is the supervisor's child."""
    told, tells = os.pipe()
    between = os.fork()
    if between:
        os.close(tells)
        with os.fdopen(told, "rb") as pipe:
            number = int(pipe.read())
        os.waitpid(between, 0)
        return number
    os.close(told)
    if child := os.fork():
        os.write(tells, b"%d" % child)
        os._exit(0)
    os.close(tells)
    _wait_for_adoption(parent)
    return 0


def _wait_for_adoption(parent: int) -> None:
    """Only a child of the supervisor can be told of its end."""
    until = time.monotonic() + ADOPTION_SECONDS
    while os.getppid() != parent:
        if time.monotonic() > until:
            os._exit(1)
        time.sleep(0.001)


def _become(order: Order, files: list[int]) -> list[str]:
    """A process like any other, with its own files, session and name; returns the words of its command."""
    parent = os.getppid()
    os.setsid()
    die_with_parent()
    if os.getppid() != parent:  # it ended before it could be tied to us
        os._exit(1)
    for target, file in enumerate(files[:3]):
        os.dup2(file, target)
        os.close(file)
    call_this_process(order["name"])
    if order["variables"]:
        os.environ.update(order["variables"])
        settings.TRADEPOST = read_environment()
    telling = ["--tell", str(files[3])] if files[3:] else []
    return [*order["words"], *telling]
