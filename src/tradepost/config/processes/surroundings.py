"""What must be there before anything starts, looked at without loading Django."""

import socket
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tradepost.config import databases
from tradepost.config.environment import Environment, variable
from tradepost.config.postgresql import PostgreSQLAddress
from tradepost.lib.lazy_modules import LazyModule

if TYPE_CHECKING:
    import psycopg
else:
    psycopg = LazyModule("psycopg")


class CannotStart(Exception):
    """Something outside must be mended first; the text is one clear sentence."""


class NoTables(CannotStart):
    """The database answers, and holds nothing yet."""


def require_surroundings(environment: Environment) -> None:
    """A database that opens, ports that are free, services that answer. Raises: CannotStart."""
    require_database(environment)
    require_free(environment.host, environment.port, "port")
    if catches_mail(environment):
        require_free("127.0.0.1", environment.mail_catcher_port, "mail_catcher_port")
    if environment.stripe_api_base:
        require_free("127.0.0.1", port_of(environment.stripe_api_base), "port")
    for name in ("broker_url", "cache_url", "files_url"):
        if getattr(environment, name) and not is_there(getattr(environment, name)):
            raise CannotStart(f"Nobody answers at the address in {variable(name)}; start it first.")


def require_database(environment: Environment, *, with_tables: bool = False) -> bool:
    """Whether anything was ever migrated. Raises: CannotStart; NoTables, when they are asked for and nothing was ever migrated."""
    chosen = databases.database(environment)
    on_sqlite = chosen["ENGINE"].endswith("sqlite3")
    ask = (
        partial(_ask_sqlite, Path(chosen["NAME"]))
        if on_sqlite
        else partial(_ask_postgresql, environment.database_url)
    )
    made = ask(_QUESTION)
    if made and ask(_UNFINISHED):
        raise CannotStart(
            "A restore was not finished: whoever was erased since may be back in this database."
            " `tradepost restore --finish` goes on with it."
        )
    if with_tables and not made:
        raise NoTables(
            "The database is empty: run `tradepost migrate` and `tradepost createcachetable` first,"
            " or `tradepost up`, which does both."
        )
    return made


_QUESTION = "SELECT 1 FROM django_migrations LIMIT 1"
_UNFINISHED = "SELECT 1 FROM backups_restoration WHERE finished_at IS NULL LIMIT 1"


def _ask_sqlite(path: Path, question: str) -> bool:
    """Whether the answer holds a row. Raises: CannotStart."""
    if not path.exists():
        if path.parent.is_dir():
            return False
        raise _unopened("there is no such folder")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as database:
            return database.execute(question).fetchone() is not None
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return False
        if "locked" in str(error):
            return question == _QUESTION  # somebody works with it
        raise _unopened(str(error)) from None


def _ask_postgresql(url: str, question: str) -> bool:
    address = PostgreSQLAddress.read(url)
    asked = psycopg.conninfo.make_conninfo(
        dbname=address.name,
        user=address.user or None,
        password=address.password or None,
        host=address.hosts or None,
        port=address.ports or None,
        connect_timeout=5,
        **address.options,
    )
    try:
        with psycopg.connect(asked) as database:
            return database.execute(question).fetchone() is not None
    except psycopg.errors.UndefinedTable:
        return False
    except psycopg.Error as error:
        raise _unopened(str(error)) from None


def _unopened(reason: str) -> CannotStart:
    first = (reason.strip() or "no reason given").splitlines()[0]
    return CannotStart(f"The database cannot be opened ({first}); see {variable('database_url')}.")


def require_free(host: str, port: int, name: str) -> None:
    """Raises: CannotStart."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(
                f"Port {port} needs more rights; set {variable(name)} above 1024."
            ) from None
        except OSError:
            raise CannotStart(
                f"Port {port} on {host} is taken or not to be had; set {variable(name)} to another one."
            ) from None


_PORTS = {
    "amqp": 5672,
    "amqps": 5671,
    "redis": 6379,
    "rediss": 6379,
    "smtp": 25,
    "smtps": 465,
    "s3": 443,
}


def is_there(url: str) -> bool:
    address = urlsplit(url)
    where = (address.hostname or "localhost", address.port or _PORTS[address.scheme])
    try:
        with socket.create_connection(where, timeout=5):
            return True
    except OSError:
        return False


def port_of(url: str) -> int:
    address = urlsplit(url)
    return address.port or (443 if address.scheme == "https" else 80)


def catches_mail(environment: Environment) -> bool:
    return not environment.smtp_url and bool(environment.mail_catcher_port)
