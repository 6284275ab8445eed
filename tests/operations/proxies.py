"""The examples in ``deploy/`` with ports and files of a test put in, run by the real programs."""

import http.client
import shutil
import socket
import ssl
import subprocess
from abc import abstractmethod
from pathlib import Path

from tests.installations import ROOT
from tests.servers import Server, free_port, need

HOST = "shop.example"
DEPLOY = ROOT / "deploy"


def certificate(folder: Path) -> tuple[Path, Path]:
    """Self-signed, for the example's name."""
    chain, key = folder / "fullchain.pem", folder / "privkey.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
         "-out", str(chain), "-keyout", str(key)],
        check=True, capture_output=True,
    )  # fmt: skip
    return chain, key


def replaced(text: str, **by: str) -> str:
    """Each word must be there: an example that changed is noticed here."""
    for word, other in by.items():
        assert word in text, word
        text = text.replace(word, other)
    return text


class Proxy(Server):
    """``plain`` is the port for http, ``port`` the one for https."""

    def __init__(self, folder: Path, behind: int) -> None:
        self.plain, self.port = free_port(), free_port()
        self.folder = folder
        self.chain, self.key = certificate(folder)
        self.configuration = self.write(behind)

    @abstractmethod
    def write(self, behind: int) -> Path: ...

    def connection(self) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self.chain))
        wire = socket.create_connection(("127.0.0.1", self.port), 60)
        return context.wrap_socket(wire, server_hostname=HOST)

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        """As a browser does, by the name; ``x_forwarded_for`` becomes ``X-Forwarded-For``."""
        client = http.client.HTTPConnection(HOST, timeout=60)
        client.sock = self.connection()
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        client.request(method, path, body, named)
        answer = client.getresponse()
        answer.whole = answer.read()  # type: ignore[attr-defined]
        client.close()
        return answer

    def ask_plainly(self, path: str, **headers: str) -> http.client.HTTPResponse:
        client = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=60)
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        client.request("GET", path, headers={"Host": HOST} | named)
        answer = client.getresponse()
        answer.read()
        client.close()
        return answer


class Nginx(Proxy):
    program = "nginx"

    def write(self, behind: int) -> Path:
        self.found = need(shutil.which("nginx") or _sbin("nginx"), "nginx (Debian: nginx-light)")
        example = replaced(
            (DEPLOY / "nginx" / "tradepost.conf").read_text(),
            **{
                "127.0.0.1:8000": f"127.0.0.1:{behind}",
                "listen 80": f"listen 127.0.0.1:{self.plain}",
                "listen 443": f"listen 127.0.0.1:{self.port}",
                "/etc/ssl/tradepost": str(self.folder),
            },
        )
        (self.folder / "tradepost.conf").write_text(example)
        path = self.folder / "nginx.conf"
        folders = "".join(
            f"{kind}_temp_path {self.folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if _is_root() else ""
        path.write_text(
            f"{user}daemon off; pid {self.folder}/pid; error_log {self.folder}/error.log;\n"
            f"events {{ }}\nhttp {{ access_log off; {folders} include {self.folder}/tradepost.conf; }}\n"
        )
        return path

    def command(self) -> list[str]:
        return [self.found, "-c", str(self.configuration), "-p", str(self.folder),
                "-e", str(self.folder / "error.log")]  # fmt: skip


class Caddy(Proxy):
    program = "caddy"

    def write(self, behind: int) -> Path:
        self.found = need(shutil.which("caddy"), "caddy")
        example = replaced(
            (DEPLOY / "caddy" / "Caddyfile").read_text(),
            **{
                "127.0.0.1:8000": f"127.0.0.1:{behind}",
                # Ports of the test, no certificate from outside, and no port for administration.
                "{\n\tservers {": f"{{\n\tadmin off\n\thttp_port {self.plain}\n\thttps_port {self.port}\n"
                "\tdefault_bind 127.0.0.1\n\tskip_install_trust\n\tservers {",
                f"{HOST} {{\n": f"{HOST} {{\n\ttls {self.chain} {self.key}\n",
            },
        )
        path = self.folder / "Caddyfile"
        path.write_text(example)
        return path

    def environment(self) -> dict[str, str]:
        here = str(self.folder)
        return super().environment() | {
            "XDG_DATA_HOME": here,
            "XDG_CONFIG_HOME": here,
            "HOME": here,
        }

    def command(self) -> list[str]:
        return [self.found, "run", "--config", str(self.configuration), "--adapter", "caddyfile"]


def _sbin(name: str) -> str | None:
    path = Path("/usr/sbin") / name
    return str(path) if path.exists() else None


def _is_root() -> bool:
    import os

    return os.geteuid() == 0
