"""Real neighbours of the product on ports of their own, which a test may stop and start."""

import os
import random
import shutil
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

REQUIRE_ALL = bool(os.environ.get("REQUIRE_ALL_TOOLS"))


def free_port() -> int:
    """Below the ports of outgoing connections: whoever asks for a server that is away may be given its
    very port for the asking, talk to himself, and keep the server from coming back."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def need(program: str | None, name: str) -> str:
    """The program's path; without it the test says so, or fails where everything must be there."""
    if program is None:
        if REQUIRE_ALL:
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed; .ci/run installs it")
    return program


def wait_until(condition, seconds: float = 60, say: str = "waited too long") -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, say
        time.sleep(0.1)


def accepts(port: int, host: str = "127.0.0.1") -> bool:
    try:
        socket.create_connection((host, port), 1).close()
    except OSError:
        return False
    return True


class Server(ABC):
    """A process of its own: ``start``, ``stop``, and once more."""

    port: int
    host = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]: ...

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command(),
            env=self.environment(),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(
            lambda: accepts(self.port, self.host), say=f"{type(self).__name__} did not start"
        )

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)


def _as_user(name: str) -> list[str]:
    """PostgreSQL and RabbitMQ refuse to run as root."""
    if os.geteuid():
        return []
    return ["setpriv", "--reuid", name, "--regid", name, "--clear-groups"]


class PostgreSQL(Server):
    def __init__(self, folder: Path) -> None:
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        found = str(programs[-1]) if programs else shutil.which("postgres")
        self.program = need(found, "PostgreSQL")
        self.port = free_port()
        self.folder = folder / "postgresql"
        self.folder.mkdir()
        if not os.geteuid():
            shutil.chown(self.folder, "postgres")
        initdb = Path(self.program).with_name("initdb")
        subprocess.run(
            [*_as_user("postgres"), str(initdb), "-D", str(self.folder / "data"), "-U", "tradepost",
             "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8"],
            check=True, cwd="/", capture_output=True,
        )  # fmt: skip
        self.url = f"postgres://tradepost@127.0.0.1:{self.port}/postgres"

    def command(self) -> list[str]:
        return [
            *_as_user("postgres"), self.program, "-D", str(self.folder / "data"), "-p", str(self.port),
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off",
        ]  # fmt: skip

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(2)  # fast: connections are cut, as an upgrade does
            self.process.wait(60)


class Standby(PostgreSQL):
    """A copy of another server that follows it, until it is promoted."""

    def __init__(self, folder: Path, main: PostgreSQL) -> None:
        self.program, self.folder, self.port = main.program, folder / "standby", free_port()
        self.folder.mkdir()
        if not os.geteuid():
            shutil.chown(self.folder, "postgres")
        copy = Path(self.program).with_name("pg_basebackup")
        subprocess.run(
            [*_as_user("postgres"), str(copy), "-h", "127.0.0.1", "-p", str(main.port), "-U",
             "tradepost", "-D", str(self.folder / "data"), "-R", "-X", "stream", "--checkpoint=fast"],
            check=True, cwd="/", capture_output=True,
        )  # fmt: skip
        self.url = f"postgres://tradepost@127.0.0.1:{self.port}/postgres"

    def promote(self) -> None:
        control = Path(self.program).with_name("pg_ctl")
        subprocess.run(
            [*_as_user("postgres"), str(control), "-D", str(self.folder / "data"), "promote", "-w"],
            check=True, cwd="/", capture_output=True,
        )  # fmt: skip


class PgBouncer(Server):
    """A pooler in transaction mode: few connections to the server, many to it."""

    def __init__(self, folder: Path, database_url: str, connections: int = 6) -> None:
        self.program = need(
            shutil.which("pgbouncer") or _if_there("/usr/sbin/pgbouncer"), "pgbouncer"
        )
        self.port = free_port()
        server = urlsplit(database_url)
        name = server.path.strip("/")
        self.folder = folder / "pgbouncer"
        self.folder.mkdir()
        (self.folder / "users").write_text(f'"{server.username}" ""\n')
        (self.folder / "pgbouncer.ini").write_text(
            f"[databases]\n{name} = host={server.hostname} port={server.port} dbname={name}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"auth_type = trust\nauth_file = {self.folder}/users\npool_mode = transaction\n"
            f"default_pool_size = {connections}\nmax_client_conn = 200\n"
        )
        if not os.geteuid():
            for path in (self.folder, *self.folder.iterdir()):
                shutil.chown(path, "postgres")
        self.url = f"postgres://{server.username}@127.0.0.1:{self.port}/{name}?pooler=yes"

    def command(self) -> list[str]:
        return [*_as_user("postgres"), self.program, str(self.folder / "pgbouncer.ini")]


def _if_there(path: str) -> str | None:
    return path if Path(path).exists() else None


class Redis(Server):
    def __init__(self, folder: Path) -> None:
        self.program = need(shutil.which("redis-server"), "Redis")
        self.port = free_port()
        self.folder = folder
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        return [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                "--appendonly", "no", "--dir", str(self.folder)]  # fmt: skip


class RabbitMQ(Server):
    def __init__(self, folder: Path) -> None:
        found = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
        self.program = need(str(found) if found.exists() else None, "RabbitMQ")
        self.port, self.distribution, self.mapper = free_port(), free_port(), free_port()
        self.folder = folder / "rabbitmq"
        self.folder.mkdir()
        if not os.geteuid():
            shutil.chown(self.folder, "rabbitmq", "rabbitmq")
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def command(self) -> list[str]:
        return [*_as_user("rabbitmq"), self.program]

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.distribution),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.mapper),
            "RABBITMQ_MNESIA_BASE": str(self.folder),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
