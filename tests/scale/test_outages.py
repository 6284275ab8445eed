"""Neighbours are stopped and started again under the running product; nothing of it ends, all of it returns."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests.installations import Up
from tests.servers import PostgreSQL, RabbitMQ, Redis, wait_until
from tradepost.delivery.testing import CaptureServer
from tradepost.jobs.celery import make_app

pytestmark = pytest.mark.scale
AWAY_SECONDS = 30  # longer than a restart of the server, an upgrade, or five ends in a row


@pytest.fixture(scope="module")
def folder():
    """Not pytest's own: PostgreSQL and RabbitMQ run under other names and must get to it."""
    with tempfile.TemporaryDirectory(
        prefix="tradepost-outages-", ignore_cleanup_errors=True
    ) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def postgresql(folder):
    server = PostgreSQL(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def redis(folder):
    server = Redis(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def rabbit(folder):
    server = RabbitMQ(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def relay():
    with CaptureServer().running() as server:
        yield server


@pytest.fixture(scope="module")
def shop(folder, postgresql, redis, rabbit, relay):
    """The product as many machines run it, on servers that the tests may stop."""
    running = Up(
        folder, "--no-demo", database_url=postgresql.url, cache_url=redis.url,
        broker_url=rabbit.url, smtp_url=relay.url,
    )  # fmt: skip
    try:
        yield running.wait_until_open()
    finally:
        running.stop()


def asked(shop, question: str):
    with psycopg.connect(shop.environment["TRADEPOST_DATABASE_URL"]) as database:
        return database.execute(question).fetchone()[0]


def last_turn(shop):
    return asked(shop, "SELECT max(last_at) FROM jobs_turn")


def mail_arrives(shop, relay, address: str) -> None:
    done = shop.run("testmail", address)
    assert done.returncode == 0, done.stderr
    wait_until(lambda: address in relay.recipients, 60, f"no mail to {address}")


def test_a_database_that_is_away_stops_nothing(shop, postgresql, relay):
    wait_until(lambda: last_turn(shop) is not None, say="the scheduler took no turn")
    try:  # one that died at the start is started again after a growing pause
        wait_until(lambda: "worker" in shop.children(), seconds=180)
    except AssertionError:
        pytest.fail(f"no worker; it said: {shop.log('worker')[-2000:]}")
    mail_arrives(shop, relay, "before@people.example")
    before = shop.children()
    postgresql.stop()
    began = time.monotonic()
    statuses = set()
    while time.monotonic() - began < AWAY_SECONDS:
        statuses.add(shop.status("/shop/no-such-shop/"))
        time.sleep(1)
    postgresql.start()
    wait_until(lambda: shop.status("/shop/no-such-shop/") == 404, 30, "the shop did not come back")
    seen = last_turn(shop)
    wait_until(lambda: last_turn(shop) > seen, 30, "the scheduler did not come back")
    mail_arrives(shop, relay, "after@people.example")
    assert statuses == {503}
    assert shop.children() == before, shop.said()
    for name in ("scheduler", "sender"):
        log = shop.log(name)
        assert log.count("waits: the database is away") == 1, log
        assert "goes on; it waited" in log
        assert "Traceback" not in log


def test_a_database_closed_to_writers_is_waited_for(shop, postgresql):
    """As a standby is, or a server whose disk ran full; PostgreSQL's own class of error for it is a rare one."""
    wait_until(lambda: last_turn(shop) is not None, say="the scheduler took no turn")
    before = shop.children()
    quiet = {
        name: shop.log(name).count("Traceback") for name in ("web", "scheduler", "sender", "worker")
    }
    token, cookie = _form_token(shop, "/accounts/password/reset/")
    _read_only(postgresql, "on")
    try:
        wait_until(lambda: "a database that can be written is away" in shop.log("scheduler"), 30)
        pages = {shop.status("/shop/no-such-shop/"), shop.status("/")}
        posted = _post(shop, "/accounts/password/reset/", token, cookie)
    finally:
        _read_only(postgresql, "off")
    seen = last_turn(shop)
    wait_until(lambda: last_turn(shop) > seen, 30, "the scheduler did not come back")
    assert pages == {404, 200}
    assert posted == 503
    assert shop.children() == before, shop.said()
    assert quiet == {name: shop.log(name).count("Traceback") for name in quiet}


def _read_only(postgresql, word: str) -> None:
    with psycopg.connect(postgresql.url, autocommit=True) as database:
        database.execute("SET default_transaction_read_only = off")
        database.execute(f"ALTER SYSTEM SET default_transaction_read_only = {word}")
        database.execute("SELECT pg_reload_conf()")


def test_a_cache_that_is_away_is_an_empty_one(shop, redis):
    redis.stop()
    try:
        pages = {path: shop.status(path) for path in ("/", "/accounts/login/", "/privacy/")}
        token, cookie = _form_token(shop, "/accounts/password/reset/")
        reset = _post(shop, "/accounts/password/reset/", token, cookie)
        fetched = _fetch_returned_mail(shop)
    finally:
        redis.start()
    assert pages == dict.fromkeys(pages, 200)
    assert reset < 500
    assert (fetched.returncode, fetched.stdout.strip()[-1:]) == (0, "0"), fetched.stderr
    assert fetched.stderr.count("the cache is away") == 1, fetched.stderr
    assert shop.log("web").count("the cache is away") <= 2


def _fetch_returned_mail(shop):
    """From a mailbox that does not answer: what is remembered of that is all that is asked of the cache."""
    return subprocess.run(
        [sys.executable, "-m", "tradepost", "shell", "-c", _FETCH],
        env=shop.environment | {"TRADEPOST_MAILBOX_URL": "imaps://in:word@127.0.0.1:9/"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


_FETCH = "from tradepost.delivery.pickup import pick_up; print(pick_up())"


def test_a_second_worker_on_the_same_host_works_beside_the_first(shop, rabbit):
    """Of one name, they locked each other out of their mailbox, and the second ended."""
    second = subprocess.Popen(
        [sys.executable, "-m", "tradepost", "worker"],
        env=shop.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        control = make_app(rabbit.url).control
        wait_until(lambda: len(control.ping(timeout=2)) == 2, 90, "one of two workers is not there")
        assert second.poll() is None
    finally:
        second.terminate()
        second.wait(30)


def test_a_broker_that_is_away_loses_no_task(shop, rabbit, relay):
    before = len(relay.recipients)
    done = shop.run("create-operator", "--email", "op@people.example", "--name", "Op")
    assert done.returncode != 0  # no terminal to type a password in; the account is made below
    made = shop.run("shell", "-c", _MAKE_OPERATOR)
    assert made.returncode == 0, made.stderr
    rabbit.stop()
    token, cookie = _form_token(shop, "/accounts/password/reset/")
    status = _post(shop, "/accounts/password/reset/", token, cookie, email="op@people.example")
    waiting = asked(shop, "SELECT count(*) FROM jobs_unpublished")
    rabbit.start()
    wait_until(lambda: len(relay.recipients) > before, 120, "the task was lost")
    assert status < 500
    assert waiting == 1
    assert relay.recipients[-1] == "op@people.example"


def test_a_relay_that_is_away_is_waited_for(folder):
    with CaptureServer().running() as first:
        port = first.port
    (folder / "relay").mkdir()
    running = Up(folder / "relay", "--no-demo", smtp_url=f"smtp://127.0.0.1:{port}")
    try:
        running.wait_until_open()
        assert running.run("testmail", "ann@people.example").returncode == 0
        time.sleep(5)
        sender = running.children()["sender"]
        with CaptureServer(port=port).running() as relay:
            wait_until(lambda: relay.recipients == ["ann@people.example"], 60, "no mail")
        assert running.children()["sender"] == sender
        _a_locked_database_is_answered_shortly(running)
        _a_killed_helper_comes_back_and_the_web_server_stays(running)
    finally:
        assert running.stop() == 0, running.said()


def _a_locked_database_is_answered_shortly(running):
    """Another writer holds SQLite: whoever only reads notices nothing, who writes hears it in seconds."""
    before = running.children()
    token, cookie = _form_token(running, "/accounts/password/reset/")
    holder = sqlite3.connect(running.data / "tradepost.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    status = _post(running, "/accounts/password/reset/", token, cookie, email="a@people.example")
    took = time.monotonic() - began
    holder.execute("ROLLBACK")
    assert (status, took < 15) == (503, True), (status, took)
    assert running.children() == before


def _a_killed_helper_comes_back_and_the_web_server_stays(running):
    before = running.children()
    for _ in range(6):  # five in a minute used to stop everything
        gone = running.children()["sender"]
        os.kill(gone, signal.SIGKILL)
        wait_until(partial(_has_another_sender, running, gone), 70, running.said())
    after = running.children()
    assert after["web"] == before["web"]
    assert after["sender"] != before["sender"]
    assert running.status() == 200


def _has_another_sender(running, gone: int) -> bool:
    return running.children().get("sender", gone) != gone


_MAKE_OPERATOR = (
    "from tradepost.identity.actions.operator import create_operator;"
    "create_operator(email='op@people.example', name='Op', password='dark-ink-paper-4')"
)


def _form_token(shop, path: str) -> tuple[str, str]:
    import re
    import urllib.request

    with urllib.request.urlopen(f"http://localhost:{shop.port}{path}", timeout=30) as answer:
        page = answer.read().decode()
        cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1], cookie


def _post(shop, path: str, token: str, cookie: str, email: str = "nobody@people.example") -> int:
    import urllib.error
    import urllib.parse
    import urllib.request

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_arguments):
            return None

    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "email": email}).encode()
    request = urllib.request.Request(
        f"http://localhost:{shop.port}{path}", data=form, headers={"Cookie": cookie}
    )
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as answer:
        return answer.code
