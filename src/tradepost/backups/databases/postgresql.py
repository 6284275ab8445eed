"""PostgreSQL: pg_dump of a snapshot, read back by psql. Both are the server's own programs."""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.rows import TupleRow

from tradepost.backups.types import BackupFailed, Unreadable
from tradepost.lib.processes import run_child

_HOURS = 6 * 3600.0
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_TABLES = (
    "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
)
# What stands in the schema goes; foreign keys of what another version made must not hinder it.
_EMPTY = """
DO $$ DECLARE item record; BEGIN
  FOR item IN SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE', schemaname, tablename) AS say
      FROM pg_tables WHERE schemaname = current_schema()
    UNION ALL SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p
      WHERE pronamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL SELECT format('DROP COLLATION IF EXISTS %I CASCADE', collname) FROM pg_collation
      WHERE collnamespace = current_schema()::regnamespace
  LOOP EXECUTE item.say; END LOOP;
END $$;
"""


class PostgreSQL:
    engine = "postgresql"

    def copy_to(self, place: Path) -> Mapping[str, int]:
        """Rows are counted in the same snapshot that is copied. Raises: BackupFailed."""
        with closing(_connect()) as here:
            here.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            (snapshot,) = here.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            _run(
                [_program("pg_dump"), "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
                 "--no-publications", "--no-subscriptions", f"--file={place}"],
            )  # fmt: skip
            return _rows(here)

    @contextmanager
    def opened(self, copy: Path) -> Iterator[Mapping[str, int]]:
        """In a database of its own, gone afterwards. Raises: Unreadable; BackupFailed."""
        name = f"tradepost_trial_{secrets.token_hex(4)}"
        with closing(_connect()) as here:
            try:
                here.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            except psycopg.errors.InsufficientPrivilege:
                account = connection.settings_dict["USER"] or "the account"
                raise BackupFailed(
                    f"A backup is tried out in a database of its own: ALTER ROLE {account} CREATEDB."
                ) from None
            try:
                _load(copy, name, before="", after="")
                with closing(_connect(name)) as trial:
                    yield _rows(trial)
            finally:
                here.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def require_alone(self) -> None:
        connection.close()
        with closing(_connect()) as here:
            others = here.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchone()
        if others and others[0]:
            raise BackupFailed(
                f"{others[0]} connections to the database are open: stop Tradepost on all machines first."
            )

    def put_back(self, copy: Path, mark: Callable[[str], str]) -> None:
        with closing(_connect()) as here:
            schema = _schema(here)
        before = _EMPTY if schema == "public" else f'DROP SCHEMA "{schema}" CASCADE;'
        connection.close()
        _load(copy, "", before=before, after=mark(f'"{schema}".backups_restoration'))


def _load(copy: Path, name: str, *, before: str, after: str) -> None:
    """In one transaction: whatever goes wrong, nothing has changed. Raises: Unreadable."""
    with TemporaryFile() as first, TemporaryFile() as last:
        for file, text in ((first, before), (last, after)):
            file.write(text.encode())
            file.seek(0)
        files = [f"--file=/dev/fd/{file.fileno()}" for file in (first, last)]
        command = [_program("psql"), "--quiet", "--no-psqlrc", "--single-transaction",
                   "--set=ON_ERROR_STOP=1", files[0], f"--file={copy}", files[1]]  # fmt: skip
        done = subprocess.run(  # noqa: S603  the server's own program, our own arguments
            command,
            env=_environment(name),
            pass_fds=[first.fileno(), last.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        raise Unreadable(f"PostgreSQL does not take it: {_first_error(done.stderr)}")


def _run(command: list[str]) -> None:
    """Raises: BackupFailed."""
    done = run_child(command, env=_environment(), timeout_seconds=_HOURS)
    if done.returncode:
        raise BackupFailed(f"{Path(command[0]).name}: {_first_error(done.stderr)}")


def _first_error(text: str) -> str:
    lines = [line for line in text.splitlines() if "error" in line.lower()] or text.splitlines()
    return (lines or ["no reason given"])[0].strip()[:200]


def _program(name: str) -> str:
    """Of the server's version or a later one. Raises: BackupFailed, naming what to install."""
    major = _server_major()
    beside = shutil.which(name, path=f"/usr/lib/postgresql/{major}/bin")
    found = beside or shutil.which(name)
    if found is None or _major_of(found) < major:
        raise BackupFailed(
            f"{name} of PostgreSQL {major} is needed: install the package postgresql-client-{major}."
        )
    return found


def _server_major() -> int:
    with closing(_connect()) as here:
        return here.info.server_version // 10_000


def _major_of(program: str) -> int:
    said = run_child([program, "--version"], env=dict(os.environ), timeout_seconds=20).stdout
    found = _VERSION.search(said)
    return int(found[1]) if found else 0


def _connect(name: str = "") -> psycopg.Connection[TupleRow]:
    given = connection.get_connection_params()
    chosen = {key: given[key] for key in given if key not in {"cursor_factory", "context"}}
    if name:
        chosen["dbname"] = name
    return psycopg.connect(**chosen, autocommit=True)


def _environment(name: str = "") -> dict[str, str]:
    """As libpq reads it: nothing of it stands in the list of processes."""
    with closing(_connect(name)) as here:
        said = here.info.get_parameters()
        schema = _schema(here)
    names = {"host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "user": "PGUSER",
             "dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
             "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
             "target_session_attrs": "PGTARGETSESSIONATTRS"}  # fmt: skip
    chosen = {variable: said[key] for key, variable in names.items() if said.get(key)}
    password = str(connection.settings_dict.get("PASSWORD") or "")
    return os.environ | chosen | {"PGPASSWORD": password, "PGOPTIONS": f"-c search_path={schema}"}


def _schema(here: psycopg.Connection[TupleRow]) -> str:
    row = here.execute("SELECT current_schema()").fetchone()
    return str(row[0]) if row and row[0] else "public"


def _rows(here: psycopg.Connection[TupleRow]) -> dict[str, int]:
    found = {}
    for (name,) in here.execute(_TABLES).fetchall():
        count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
        found[name] = (here.execute(count).fetchone() or (0,))[0]
    return found
