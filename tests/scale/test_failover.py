"""The database goes over to another address: the main server is lost, its standby is promoted."""

import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.installations import Up
from tests.servers import PostgreSQL, Standby, wait_until
from tradepost.delivery.testing import CaptureServer

pytestmark = pytest.mark.scale


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(
        prefix="tradepost-failover-", ignore_cleanup_errors=True
    ) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def servers(folder):
    main = PostgreSQL(folder)
    main.start()
    standby = Standby(folder, main)
    standby.start()
    yield main, standby
    main.stop()
    standby.stop()


@pytest.fixture
def shop(folder, servers):
    main, standby = servers
    both = f"postgres://tradepost@127.0.0.1:{main.port},127.0.0.1:{standby.port}/postgres"
    with CaptureServer().running() as relay:
        running = Up(folder, "--no-demo", database_url=both, smtp_url=relay.url)
        try:
            yield running.wait_until_open(), relay
        finally:
            running.stop()


def last_turn(server: PostgreSQL):
    with psycopg.connect(server.url, connect_timeout=10) as database:
        return database.execute("SELECT max(last_at) FROM jobs_turn").fetchone()[0]


def test_a_lost_main_server_is_followed_to_its_standby(shop, servers):
    running, relay = shop
    main, standby = servers
    wait_until(lambda: last_turn(main) is not None, 120, "the scheduler took no turn")
    wait_until(lambda: last_turn(standby) is not None, 60, "the standby does not follow")
    before = running.children()
    main.process.kill()  # nobody says good-bye
    main.process.wait()
    assert running.status("/shop/no-such-shop/") in {503, 404}
    seen = last_turn(standby)
    standby.promote()
    wait_until(lambda: running.status("/shop/no-such-shop/") == 404, 60, "the pages did not follow")
    wait_until(lambda: last_turn(standby) > seen, 60, "the scheduler did not follow")
    done = running.run("testmail", "ann@people.example")
    assert done.returncode == 0, done.stderr
    wait_until(lambda: "ann@people.example" in relay.recipients, 90, "the sender did not follow")
    assert running.children()["web"] == before["web"], "a process ended"
