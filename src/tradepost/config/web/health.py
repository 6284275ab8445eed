"""``/health/live`` and ``/health/ready``, for load balancers and whoever restarts what hangs.

They are answered before all other middleware: called by an address instead of a name, without TLS, every
few seconds, they get no redirect, no session, no cookie, and leave no line in the log.
"""

from collections.abc import Callable
from functools import cache
from pkgutil import iter_modules

from django.apps import apps
from django.db import DatabaseError, InterfaceError
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import module_has_submodule
from django.views.decorators.http import require_safe

Respond = Callable[[HttpRequest], HttpResponse]


class Said(HttpResponse):
    """One plain word or sentence that nobody keeps."""

    _has_been_logged = True  # Django's own mark: no line for each 503

    def __init__(self, text: str, status: int = 200) -> None:
        super().__init__(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
        self.headers["Cache-Control"] = "no-store"


@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """This process works its line of requests off: nothing else is touched."""
    return Said("live")


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """The database answers, and its tables are at least as new as this code."""
    hindrance = what_hinders()
    return Said(hindrance, status=503) if hindrance else Said("ready")


def what_hinders() -> str:
    """Why no page can be shown; empty when all is well."""
    try:
        made = _migrations_made()
    except (DatabaseError, InterfaceError) as error:
        if not _says_that_there_is_no_table(error):
            return "the database is away"
        made = set()
    if not _migrations_of_this_version() <= made:
        return "the tables of the database are older than this version"
    return ""


def _migrations_made() -> set[tuple[str, str]]:
    return set(MigrationRecorder.Migration.objects.values_list("app", "name"))


def _says_that_there_is_no_table(error: Exception) -> bool:
    text = str(error)
    return "django_migrations" in text and ("no such table" in text or "does not exist" in text)


@cache
def _migrations_of_this_version() -> frozenset[tuple[str, str]]:
    """By the names of their files: importing them would cost memory that is needed once in a version."""
    found = set()
    for app in apps.get_app_configs():
        if app.module is None or not module_has_submodule(app.module, "migrations"):
            continue
        folders = [f"{folder}/migrations" for folder in app.module.__path__]
        names = (one.name for one in iter_modules(folders) if not one.ispkg)
        found |= {(app.label, name) for name in names if name[0] not in "_~"}
    return frozenset(found)


_ANSWERS: dict[str, Respond] = {"/health/live": live, "/health/ready": ready}


def health_first(respond: Respond) -> Respond:
    """The outermost middleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return _ANSWERS.get(request.path_info, respond)(request)

    return middleware
