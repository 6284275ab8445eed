"""What the settings, the folder, the disk and the versions say for themselves."""

import os
import platform
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from tradepost import SUPPORTED_UNTIL, __version__
from tradepost.config.doctor.types import Diagnosis, fail, ok, warn
from tradepost.config.environment import Environment, InvalidSetting, variable
from tradepost.config.notice_words import blanks
from tradepost.config.secret import secret_key
from tradepost.lib import clock
from tradepost.lib.private_files import readable_by_others

LEAST_FREE_BYTES = 500 * 1024 * 1024
LEAST_FREE_SHARE = 0.05
LEAST_FREE_FILES = 10_000
_APART_SECONDS = 5.0


def findings(here: Environment) -> Iterator[Diagnosis]:
    yield from _versions()
    yield from _settings(here)
    if (folder := _folder(here)).mend:
        yield folder
        return
    yield folder
    yield from _rights(here)
    yield _secret_key(here)
    yield from _disk(here)
    yield _clock_of_the_disk(here)


def _versions() -> Iterator[Diagnosis]:
    with_what = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    until = f"security fixes until {SUPPORTED_UNTIL:%-d %B %Y}"
    if clock.now().date() > SUPPORTED_UNTIL:
        yield warn("version", f"Tradepost {__version__} got {until}.", "Install a newer version.")
    else:
        yield ok("version", f"Tradepost {__version__}, {until}; {with_what}.")


def _settings(here: Environment) -> Iterator[Diagnosis]:
    """What can be used and is still not what a public installation wants."""
    unsaid = blanks(here)
    wrong: list[tuple[bool, str, str]] = [
        (here.debug, "Visitors are shown tracebacks.", f"Unset {variable('debug')}."),
        (
            not here.base_url.startswith("https://"),
            f"{here.base_url} is no https address: words and cookies can be read on the way.",
            f"Put a proxy with a certificate in front and set {variable('public_url')}=https://….",
        ),
        (
            here.base_url.startswith("https://") and not here.trusted_proxies,
            "TLS ends at a proxy, and none is trusted: all visitors share one network's limits.",
            f"Set {variable('trusted_proxies')} to the number of proxies in front, mostly 1.",
        ),
        (
            not here.smtp_url,
            "There is no relay: nobody gets any mail.",
            f"Set {variable('smtp_url')}.",
        ),
        (
            bool(unsaid),
            "The privacy notice is not published: it would have blanks.",
            f"Set {', '.join(unsaid)}.",
        ),
    ]
    if not here.is_public:
        yield ok("settings", f"They can be used; {here.base_url} is for this machine alone.")
        return
    found = [warn("settings", says, mend) for is_wrong, says, mend in wrong if is_wrong]
    yield from found or [ok("settings", f"They can be used; the address is {here.base_url}.")]


def _set(*names: str) -> str:
    return f"Set {', '.join(variable(name) for name in names)}."


def _folder(here: Environment) -> Diagnosis:
    if not here.data.is_dir():
        mend = f"`tradepost up` makes it, or set {variable('data')}."
        return fail("data folder", f"{here.data} is no folder.", mend)
    try:
        with NamedTemporaryFile(dir=here.data):
            pass
    except OSError as error:
        mend = f"Change its rights, or set {variable('data')} to another one."
        return fail("data folder", f"{here.data} cannot be written ({error.strerror}).", mend)
    return ok("data folder", f"{here.data} can be written.")


def _rights(here: Environment) -> Iterator[Diagnosis]:
    if list(readable_by_others(here.data)):
        says = "Other accounts of this machine may read it."
        yield warn("data folder", says, f"Run: chmod -R go= {shlex.quote(str(here.data))}")


def has_key(here: Environment) -> bool:
    return bool(here.secret_key) or (here.data / "secret_key").exists()


def _secret_key(here: Environment) -> Diagnosis:
    if not has_key(here):
        mend = f"`tradepost up` makes one; for an older database, put its own back or set {variable('secret_key')}."
        return warn("secret key", "There is none yet.", mend)
    try:
        secret_key(here)
    except InvalidSetting as problem:
        return fail("secret key", str(problem), "Put it back from a backup.")
    return ok("secret key", "It can be read.")


def _disk(here: Environment) -> Iterator[Diagnosis]:
    disk = shutil.disk_usage(here.data)
    free = f"{disk.free // 1024**2:,} MB of {disk.total // 1024**2:,} MB are free."
    if disk.free < LEAST_FREE_BYTES or disk.free < disk.total * LEAST_FREE_SHARE:
        yield fail("disk", free, "Make room: `logs`, `caught` and old backups first.")
    else:
        yield ok("disk", free)
    inodes = os.statvfs(here.data)
    if inodes.f_files and inodes.f_favail < LEAST_FREE_FILES:  # some file systems count none
        says = f"There is room for {inodes.f_favail} more files only."
        yield fail("disk", says, "Delete small files of others, or move to another file system.")


def _clock_of_the_disk(here: Environment) -> Diagnosis:
    """A shared folder gives files the time of its own machine."""
    with NamedTemporaryFile(dir=here.data) as file:
        file.write(b"now")
        file.flush()
        apart = abs(Path(file.name).stat().st_mtime - clock.now().timestamp())
    with suppress(OSError):
        if datetime.fromtimestamp((here.data / "secret_key").stat().st_mtime, UTC) > clock.now():
            says = "The secret key was made in the future: the clock of this machine was set back."
            return warn("clock", says, "Let chrony or systemd-timesyncd set the clock.")
    if apart > _APART_SECONDS:
        says = f"The disk's clock and this machine's are {apart:.0f} seconds apart."
        return fail("clock", says, "Let chrony or systemd-timesyncd set both clocks.")
    return ok("clock", f"This machine's says {clock.now():%Y-%m-%d %H:%M:%S} UTC.")
