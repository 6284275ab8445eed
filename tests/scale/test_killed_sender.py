"""``kill -9`` of senders at random moments of a campaign of 20,000.

At the end everybody was written to exactly once, or is listed as uncertain; and at most one message
per connection and kill is.
"""

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter

import pytest
from django_scopes import scope

from tests.processes import environment
from tradepost.delivery.actions import open_mailing, start_mailing
from tradepost.delivery.models import Handover, Mailing
from tradepost.delivery.testing import CaptureServer
from tradepost.delivery.types import OPEN_STATES, HandoverState, MailingState

RECIPIENTS = 20_000
KILLS = 6
CONNECTIONS = 5


def start_sender(server, words):
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.scale.sender",
            "--unsigned",
            "--connections",
            str(CONNECTIONS),
        ],
        env=environment(smtp_url=server.url),
        stderr=words,
    )


def wait_until(condition, server, words, patience=120):
    """As long as messages arrive; ``patience`` seconds without one are too many.

    ``words``: what the senders say, for whoever reads why nothing came of the waiting.
    """
    arrived, since = len(server.recipients), time.monotonic()
    while not condition():
        if arrived != len(server.recipients):
            arrived, since = len(server.recipients), time.monotonic()
        elif time.monotonic() - since > patience:
            words.seek(0)
            free = shutil.disk_usage(words.name).free
            pytest.fail(f"nothing arrives; {free} bytes of disk are free; said: {words.read()!r}")
        time.sleep(0.01)


def wait_for_news(server, words):
    before = len(server.recipients)
    wait_until(lambda: len(server.recipients) > before, server, words)


@pytest.fixture
def mailing(transactional_db, make_merchant):
    merchant = make_merchant("ember-leather")
    with scope(merchant=merchant):
        mailing = open_mailing(merchant=merchant, kind="hello", source_id=1)
        Handover.objects.bulk_create(
            [
                Handover(mailing=mailing, contact_id=n, address=f"p{n}@people.example")
                for n in range(RECIPIENTS)
            ],
            batch_size=2000,
        )
        Mailing.objects.filter(pk=mailing.pk).update(total=RECIPIENTS)
        start_mailing(mailing=mailing)
        yield mailing


@pytest.mark.scale
def test_nobody_is_skipped_and_nobody_is_written_to_twice(mailing, tmp_path):
    chance = random.Random(os.environ.get("TEST_SEED"))
    with (tmp_path / "words").open("w+") as words, CaptureServer(keep=False).running() as server:
        for kill in range(KILLS):
            # Every other time two senders at once: the survivor of one must respect the other.
            senders = [start_sender(server, words) for _ in range(1 + kill % 2)]
            wait_for_news(server, words)
            for sender in senders:
                time.sleep(chance.uniform(0, 0.25))
                sender.kill()
                sender.wait()
        assert len(server.recipients) < RECIPIENTS, "killed too late to prove anything"
        last = start_sender(server, words)
        try:
            wait_until(lambda: is_over(mailing), server, words)
        finally:
            last.terminate()
            assert last.wait(20) == 0
        copies = Counter(server.recipients)

    rows = list(Handover.objects.filter(mailing=mailing).values_list("address", "state"))
    uncertain = {address for address, state in rows if state == HandoverState.UNCERTAIN}
    sent = {address for address, state in rows if state == HandoverState.SENT}
    assert not [address for address, count in copies.items() if count > 1]
    assert len(sent) + len(uncertain) == RECIPIENTS
    assert sent <= copies.keys()
    killed = KILLS + KILLS // 2
    assert len(uncertain) <= killed * CONNECTIONS
    mailing.refresh_from_db()
    assert (mailing.sent, mailing.uncertain) == (len(sent), len(uncertain))


def is_over(mailing):
    if Handover.objects.filter(mailing=mailing, state__in=OPEN_STATES).exists():
        return False
    mailing.refresh_from_db()
    return mailing.state == MailingState.DONE
