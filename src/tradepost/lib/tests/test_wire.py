"""Whom a watched process may reach. A hook cannot be taken away, so a process of its own tries it."""

import subprocess
import sys

TRY = """
import socket, subprocess, sys
from contextlib import suppress
from tradepost.lib.wire import ANYWHERE, WayOutRefused, watch, way_out

watch(["db.internal", "198.51.100.7"])

def refused(do):
    try:
        do()
    except WayOutRefused:
        return True
    except OSError:
        return False
    return False

def connect(host, kind=socket.SOCK_STREAM, family=socket.AF_INET):
    with socket.socket(family, kind) as one:
        one.setblocking(False)
        one.connect((host, 9))

assert refused(lambda: connect("203.0.113.9"))
assert refused(lambda: connect("203.0.113.9", socket.SOCK_DGRAM))
assert refused(lambda: connect("2001:db8::9", family=socket.AF_INET6))
assert refused(lambda: socket.getaddrinfo("who.example", 80))
assert refused(lambda: socket.gethostbyname("who.example"))
assert refused(lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("203.0.113.9", 53)))
assert refused(lambda: subprocess.run(["/bin/true"]))
assert not refused(lambda: connect("127.0.0.1"))
assert not refused(lambda: connect("198.51.100.7"))
assert not refused(lambda: socket.getaddrinfo("localhost", 80))
assert not refused(lambda: subprocess.run([sys.executable, "-c", ""]))
with way_out("203.0.113.9"):
    assert not refused(lambda: connect("203.0.113.9"))
    assert refused(lambda: connect("203.0.113.8"))
assert refused(lambda: connect("203.0.113.9"))
with way_out(ANYWHERE):
    assert not refused(lambda: connect("203.0.113.8"))
print("as it should be")
"""


def test_only_declared_hosts_are_reached():
    done = subprocess.run(
        [sys.executable, "-c", TRY], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip() == "as it should be", done.stderr
