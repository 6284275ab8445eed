"""OpenStack Swift with its S3 interface on loopback: a real object store, as hosters run it, from Debian.

Four processes and three rings in one folder, with one copy of everything. Usage without pytest:
``python -m tests.object_storage FOLDER PORT`` runs until it is ended, and prints the address.
"""

import base64
import getpass
import hashlib
import hmac
import http.client
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from tests.servers import Server, accepts, free_port, need, wait_until

ACCOUNT, KEY, SECRET = "shop", "shop:writer", "correct-horse-battery"
_STORES = ("account", "container", "object")
_RINGS = """
import sys
from swift.common.ring import RingBuilder
for name, port in zip(sys.argv[2::2], sys.argv[3::2]):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port),
                     "replication_ip": "127.0.0.1", "replication_port": int(port),
                     "device": "disk", "weight": 1, "meta": ""})
    builder.rebalance()
    builder.get_ring().save(f"{sys.argv[1]}/{name}.ring.gz")
"""
_COMMON = """[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
bind_ip = {host}
bind_port = {port}
user = {user}
mount_check = false
fallocate_reserve = 0
workers = 0
log_level = ERROR
"""
_PROXY = """[pipeline:main]
pipeline = catch_errors gatekeeper cache s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:tempauth]
use = egg:swift#tempauth
user_shop_writer = correct-horse-battery .admin
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
# Signing in insists on a cache being named; it does without one that is away.
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:9
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:symlink]
use = egg:swift#symlink
"""


class Swift(Server):
    """``stop`` and ``start`` keep what it holds."""

    def __init__(self, folder: Path, port: int = 0, host: str = "127.0.0.1") -> None:
        for name in ("proxy", *_STORES):
            need(shutil.which(f"swift-{name}-server"), "Swift")
        self.folder, self.port, self.host = folder, port or free_port(), host
        self.ports = {name: free_port() for name in _STORES}
        self.processes: list[subprocess.Popen[bytes]] = []

    def command(self) -> list[str]:
        return ["swift-proxy-server", str(self.folder / "proxy.conf")]

    @contextmanager
    def running(self) -> Iterator["Swift"]:
        try:
            self.start()
            yield self
        finally:
            self.stop()

    def start(self) -> None:
        self._configure()
        for name in _STORES:
            self.processes.append(
                subprocess.Popen(
                    [f"swift-{name}-server", str(self.folder / f"{name}.conf")],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )
            )  # fmt: skip
        super().start()
        wait_until(lambda: all(map(accepts, self.ports.values())), say="Swift did not start")

    def stop(self) -> None:
        super().stop()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(60)
        self.processes = []

    def _configure(self) -> None:
        if (self.folder / "proxy.conf").exists():
            return
        (self.folder / "devices" / "disk").mkdir(parents=True)
        (self.folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = tests\n")
        user = getpass.getuser()
        for name, port in self.ports.items():
            text = _COMMON.format(folder=self.folder, host="127.0.0.1", port=port, user=user)
            text += f"[pipeline:main]\npipeline = {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n"
            (self.folder / f"{name}.conf").write_text(text)
        proxy = (
            _COMMON.format(folder=self.folder, host=self.host, port=self.port, user=user) + _PROXY
        )
        (self.folder / "proxy.conf").write_text(proxy)
        named = [str(word) for item in self.ports.items() for word in item]
        rings = [_python_of_swift(), "-c", _RINGS, str(self.folder), *named]
        subprocess.run(rings, check=True, timeout=60, stdin=subprocess.DEVNULL)

    def url(self, bucket: str, folder: str = "") -> str:
        """For TRADEPOST_FILES_URL."""
        who = f"{quote(KEY, safe='')}:{SECRET}"
        place = f"{bucket}/{folder}".rstrip("/")
        return f"s3://{who}@{self.host}:{self.port}/{place}?tls=no"

    def make_bucket(self, bucket: str) -> None:
        """The proxy answers before it has found its stores."""
        seen: list[int] = []

        def is_made() -> bool:
            seen.append(self.ask("PUT", f"/{bucket}"))
            return seen[-1] == 200

        wait_until(is_made, 60, f"no bucket: {seen[-5:]}")

    def keep_versions(self, bucket: str) -> None:
        body = (
            b'<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            b"<Status>Enabled</Status></VersioningConfiguration>"
        )
        assert self.ask("PUT", f"/{bucket}?versioning", body) == 200

    def ask(self, method: str, path: str, body: bytes = b"") -> int:
        """One signed request (S3's first way of signing); returns its status."""
        now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        said = f"{method}\n\n\n{now}\n{path}"
        mark = hmac.digest(SECRET.encode(), said.encode(), hashlib.sha1)
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        headers = {
            "Date": now,
            "Authorization": f"AWS {KEY}:{base64.b64encode(mark).decode()}",
        }
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()


def _python_of_swift() -> str:
    """The interpreter that Debian's Swift belongs to."""
    program = Path(shutil.which("swift-proxy-server") or "").read_text().splitlines()[0]
    return program.removeprefix("#!").split()[0]


def main(folder: str, port: str) -> None:
    with Swift(Path(folder), int(port)).running() as server:
        server.make_bucket("tradepost")
        sys.stdout.write(server.url("tradepost") + "\n")
        sys.stdout.flush()
        assert server.process is not None
        server.process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
