"""A PostgreSQL cluster and a Redis of one's own, for a scratch instance: the same kinds as the settings name, and gone
with whoever asked for them.

``python -m tradepost.assurance.private_services FOLDER [redis]`` starts them, prints their addresses as settings in one
line of JSON, and stays until its input ends. A process of its own, because those of the product start no programs.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg

from tradepost.lib.processes import die_with_parent

_OWNER = "postgres"  # PostgreSQL refuses to run as root
_WAIT_SECONDS = 60.0
# Nothing of it is kept, so nothing has to survive a loss of power.
_CHOSEN = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "max_connections": "120",
    "shared_buffers": "64MB",
}


class NotHere(RuntimeError):
    """The programs are not installed, or did not start; the text says which."""


def main(words: Sequence[str]) -> int:
    die_with_parent()
    folder = Path(words[0])
    with ExitStack() as running:
        found = {"TRADEPOST_DATABASE_URL": _postgres(folder, running)}
        if "redis" in words[1:]:
            found["TRADEPOST_CACHE_URL"] = _redis(folder, running)
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    return 0


def _postgres(folder: Path, running: ExitStack) -> str:
    """Raises: NotHere."""
    place, port = folder / "cluster", _free_port()
    own: dict[str, str] = {}
    if os.geteuid() == 0:
        own = {"user": _OWNER}
        folder.chmod(0o711)
        place.mkdir(mode=0o700)
        shutil.chown(place, _OWNER)
    _made(
        [_program("initdb"), "-D", str(place), "-U", "tradepost", "-A", "trust", "-E", "UTF8",
         "--locale=C", "--no-sync"], own,
    )  # fmt: skip
    chosen = _CHOSEN | {"port": str(port), "unix_socket_directories": str(place)}
    options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    _start([_program("postgres"), "-D", str(place), *options], running, own)
    address = f"postgres://tradepost@127.0.0.1:{port}/"
    deadline = time.monotonic() + _WAIT_SECONDS
    while not _has_database(f"{address}postgres"):
        if time.monotonic() > deadline:
            raise NotHere("PostgreSQL did not start")
        time.sleep(0.2)
    return f"{address}tradepost"


def _has_database(server: str) -> bool:
    try:
        with psycopg.connect(server, autocommit=True) as first:
            first.execute("CREATE DATABASE tradepost")
    except psycopg.OperationalError:
        return False
    return True


def _redis(folder: Path, running: ExitStack) -> str:
    """Raises: NotHere."""
    port = _free_port()
    said = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    _start([_program("redis-server"), *said], running, {})
    return f"redis://127.0.0.1:{port}/0"


def _program(name: str) -> str:
    """Raises: NotHere."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(beside[-1]) if beside else shutil.which(name)
    if found is None:
        raise NotHere(f"{name} is not installed")
    return found


def _made(command: Sequence[str], own: Mapping[str, str]) -> None:
    """Raises: NotHere."""
    done = subprocess.run(  # noqa: S603  named above
        command, capture_output=True, text=True, check=False, cwd="/", user=own.get("user")
    )
    if done.returncode:
        raise NotHere(f"{command[0]}: {done.stderr[-500:]}")


def _start(command: Sequence[str], running: ExitStack, own: Mapping[str, str]) -> None:
    child = subprocess.Popen(  # noqa: S603  named above
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd="/", user=own.get("user"), preexec_fn=die_with_parent,  # noqa: PLW1509  it calls the kernel only
    )  # fmt: skip
    running.callback(child.wait)
    running.callback(child.send_signal, signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
