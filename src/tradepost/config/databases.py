"""Turns addresses from the environment into Django's database, cache, task and file settings."""

from typing import Any
from urllib.parse import unquote, urlsplit

from tradepost.config.environment import Environment, InvalidSetting
from tradepost.config.postgresql import NotPostgreSQL, PostgreSQLAddress
from tradepost.lib.cache_table import CACHE_TABLE

# secure_delete overwrites what is deleted, so that erased people are not left in free pages.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
    "PRAGMA busy_timeout=30000; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
    "PRAGMA mmap_size=268435456;"
)


def database(environment: Environment) -> dict[str, Any]:
    address = urlsplit(environment.database_url)
    if not environment.database_url or address.scheme == "sqlite":
        path = unquote(address.path)[1:] if address.path else ""
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path or str(environment.data / "tradepost.sqlite3"),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": _PRAGMAS, "timeout": 30},
            # Opening the file and setting the pragmas anew costs more than most requests.
            "CONN_MAX_AGE": 60,
        }
    if address.scheme not in {"postgres", "postgresql"}:
        raise InvalidSetting("TRADEPOST_DATABASE_URL must start with postgres:// or sqlite:///.")
    try:
        return PostgreSQLAddress.read(environment.database_url).as_django()
    except NotPostgreSQL as wrong:
        raise InvalidSetting(f"TRADEPOST_DATABASE_URL: {wrong}.") from None


WEB_WAITS_SECONDS = 8


def wait_less(settings_dict: dict[str, Any]) -> None:
    """For the web server: behind another writer a visitor waits for seconds, a background process longer."""
    options = settings_dict["OPTIONS"]
    if "init_command" in options:
        shorter = f"busy_timeout={WEB_WAITS_SECONDS * 1000}"
        options["init_command"] = options["init_command"].replace("busy_timeout=30000", shorter)
        options["timeout"] = WEB_WAITS_SECONDS


def cache(environment: Environment) -> dict[str, object]:
    if environment.cache_url:
        return {
            "BACKEND": "tradepost.jobs.caches.ForgivingRedis",
            "LOCATION": environment.cache_url,
            "KEY_PREFIX": "tradepost",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
        }
    return {"BACKEND": "tradepost.jobs.caches.ForgivingTable", "LOCATION": CACHE_TABLE}


def tasks(environment: Environment) -> dict[str, object]:
    if environment.broker_url:
        return {
            "BACKEND": "tradepost.jobs.celery.CeleryBackend",
            "OPTIONS": {"broker_url": environment.broker_url},
        }
    return {"BACKEND": "django_tasks_db.DatabaseBackend"}


def media(environment: Environment) -> str:
    """The class of the storage for pictures."""
    if environment.files_url:
        return "tradepost.jobs.storage.media.BucketMedia"
    return "django.core.files.storage.FileSystemStorage"
