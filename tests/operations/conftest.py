"""One real installation, public and behind TLS, for all tests of this folder."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.installations import Up
from tests.servers import accepts, free_port, wait_until


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """What an operator runs: no demo, an https address, a proxy in front; one worker of the web server."""
    folder = tmp_path_factory.mktemp("installation")
    up = Up(
        folder, "--no-demo",
        public_url="https://shop.example", trusted_proxies=1, metrics_port=free_port(), log_format="json",
    )  # fmt: skip
    try:
        up.wait_until_open(600)
        wait_until(lambda: _all_live(up), 240, "a process shows no sign of life")
        yield up
    finally:
        up.stop()


def _all_live(up: Up) -> bool:
    """The web server is there before the others begin; they write down that they live."""
    if not accepts(int(up.environment["TRADEPOST_METRICS_PORT"])):
        return False
    with closing(sqlite3.connect(up.data / "tradepost.sqlite3", timeout=30)) as rows:
        turns = "SELECT count(*) FROM jobs_turn WHERE last_at IS NOT NULL"
        senders = "SELECT count(*) FROM delivery_sender"
        return all(rows.execute(question).fetchone()[0] for question in (turns, senders))
