"""What holds for the code of another maker while it runs: a fence against what it forgot to declare.

Its pages go out under the house's own rules for browsers, and connections go through ``rights.egress``,
which asks for a declared party and host. Whoever writes code in order to get over a fence does: the
operator chooses whose code is let in at all.
"""

import sys
from collections.abc import Callable, Iterable
from types import FrameType

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from tradepost.modules.registry import packages

Respond = Callable[[HttpRequest], HttpResponse]
_POLICIES = ("Content-Security-Policy", "Content-Security-Policy-Report-Only")
# Python's audit events (sys.addaudithook) of a name that is asked for, a connection, another program.
_WAYS_OUT = frozenset(
    {
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyname_ex",
        "socket.sendto",
        "socket.sendmsg",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
    }
)
# What opens connections for it: the house, and Django's way to the database and the cache.
_HOUSE = ("tradepost", "django.db", "django.core.cache")


class NoWayOut(PermissionError):
    """Code of another maker tried to reach somebody by itself."""


def houses_policy(respond: Respond) -> Respond:
    """Inside Django's CSP middleware: a page of another maker widens nothing, by decorator or header.

    Raises: MiddlewareNotUsed where there is no other maker, so that Django leaves the layer out.
    """
    if not settings.THIRD_PARTY:
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        match = request.resolver_match
        space = match.namespaces[0].removesuffix("_office") if match and match.namespaces else ""
        if packages.get(space) in settings.THIRD_PARTY:
            for name in _POLICIES:
                response.headers.pop(name, None)
            for name in ("_csp_config", "_csp_ro_config"):
                vars(response).pop(name, None)
        return response

    return middleware


def keep_inside(foreign: Iterable[str]) -> None:
    """From now on in this process; an audit hook cannot be taken away. ``foreign``: packages."""
    if kept := frozenset(foreign):
        sys.addaudithook(lambda event, _given: _refuse(event, kept))


def _refuse(event: str, foreign: frozenset[str]) -> None:
    """Raises: NoWayOut."""
    if event in _WAYS_OUT and (package := _who_asks(sys._getframe(2), foreign)):
        raise NoWayOut(f"{package} may reach others through rights.egress alone ({event})")


def _who_asks(frame: FrameType | None, foreign: frozenset[str]) -> str:
    """The package of another maker whose call it is; empty where the house stands nearer to it."""
    while frame is not None:
        name = frame.f_globals.get("__name__") or ""
        if name.partition(".")[0] in foreign:
            return str(name)
        if any(name == own or name.startswith(f"{own}.") for own in _HOUSE):
            return ""
        frame = frame.f_back
    return ""
