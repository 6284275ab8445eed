"""The last door: every way out of this process is seen at the socket, whatever library opens it.

Allowed are this machine, the installation's own services (database, cache, relay …), and whatever code that
has asked the register lets through for the moment (:func:`way_out`). All else is refused and written to the
log. It is a hook of the interpreter (``sys.addaudithook``), so it cannot be taken away again; libraries that
open sockets in C or Rust by themselves (PostgreSQL's, the bucket's) pass it unseen.
"""

import logging
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from ipaddress import ip_address

logger = logging.getLogger(__name__)

ANYWHERE = "*"
_let_through: ContextVar[frozenset[str]] = ContextVar("let_through", default=frozenset())
_services: set[str] = set()
_is_watching = False
_CONNECTIONS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_NAMES = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_NEAREST = 4  # modules up the stack
_PROGRAMS = frozenset({"subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system"})


class WayOutRefused(PermissionError):
    """Nobody has declared whom this process wants to reach."""


@contextmanager
def way_out(*hosts: str) -> Iterator[None]:
    """Inside, these hosts or addresses may be reached; for whoever has just asked the register."""
    before = _let_through.set(_let_through.get() | {host.lower() for host in hosts})
    try:
        yield
    finally:
        _let_through.reset(before)


def watch(services: Iterable[str]) -> None:
    """From now on in this process and those forked from it. ``services``: hosts of the settings."""
    global _is_watching
    _services.update(host.lower() for host in services if host)
    if not _is_watching:
        _is_watching = True
        sys.addaudithook(_look)


def _look(event: str, given: tuple[object, ...]) -> None:
    """Raises: WayOutRefused."""
    if event in _CONNECTIONS:
        address = given[1]
        if isinstance(address, tuple) and address and not _may_reach(str(address[0])):
            _refuse(event, str(address[0]))
    elif event in _NAMES:
        if given[0] and not _may_ask_for(_as_text(given[0])):
            _refuse(event, _as_text(given[0]))
    elif event in _PROGRAMS and not _is_ours(_as_text(given[0] or "")):
        _refuse(event, _as_text(given[0] or "a shell"))


def _is_ours(program: str) -> bool:
    """This interpreter; and what Python's own search for shared libraries asks where they lie."""
    frame = sys._getframe(2)
    callers: set[str] = set()
    while frame is not None and len(callers) < _NEAREST:
        callers.add(str(frame.f_globals.get("__name__")))
        frame = frame.f_back  # type: ignore[assignment]  # None at the end
    return program == sys.executable or "ctypes.util" in callers


def _as_text(said: object) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)


def _may_reach(host: str) -> bool:
    host = host.partition("%")[0].lower()
    if not _is_address(host):
        return _may_ask_for(host)
    allowed = _let_through.get()
    here = ip_address(host)
    mapped = getattr(here, "ipv4_mapped", None) or here
    return (
        mapped.is_loopback
        or mapped.is_unspecified
        or host in allowed
        or ANYWHERE in allowed
        or host in _addresses_of(frozenset(_services))
    )


def _may_ask_for(name: str) -> bool:
    """Names that are no address would be told to a name server."""
    name = name.lower().rstrip(".")
    allowed = _let_through.get()
    own = name in {"", "localhost", socket.gethostname().lower()}
    return own or _is_address(name) or name in _services | allowed or ANYWHERE in allowed


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=2)
def _known_addresses(services: frozenset[str], _minute: int) -> frozenset[str]:
    found = set()
    for name in services:
        try:
            found |= {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
        except OSError:
            continue
    return frozenset(found)


def _addresses_of(services: frozenset[str]) -> frozenset[str]:
    """Looked up again each minute: a service may move."""
    return _known_addresses(services, int(time.monotonic() // 60))


def _refuse(event: str, whom: str) -> None:
    """Raises: WayOutRefused."""
    logger.error("refused a way out: %s to %s, whom no declaration names", event, whom)
    raise WayOutRefused(f"{whom} is not declared as somebody whom this installation reaches")
