"""Damaged mail to the desk: nothing crashes, and none is lost.

The suite tries some hundred letters; ``LETTERS=10000`` tries as many as are promised (bench/tickets does so).
"""

import os
import random

import pytest
from django_scopes import scopes_disabled

from tradepost.delivery.actions.receive import take
from tradepost.delivery.models import IncomingMail
from tradepost.delivery.queries import mail_domain
from tradepost.support.models import Conversation, Message
from tradepost.support.tests.damaged import SAMPLES, WORDS, damaged

pytestmark = pytest.mark.django_db
LETTERS = int(os.environ.get("LETTERS") or 300)
# Understood as a machine's: a bounce, a courtesy, a complaint. Nobody waits for an answer to those.
MACHINES = {"hard", "soft", "auto-reply", "other", "complaint"}


@pytest.fixture
def no_limits(settings):
    from dataclasses import replace

    settings.TRADEPOST = replace(settings.TRADEPOST, limits_times=100_000)


def test_damaged_letters_crash_nothing_and_none_is_lost(in_scope, no_limits, own_files):
    dice, said = random.Random(20261201), dict[str, int]()
    recipient = f"{in_scope.handle}@{mail_domain()}"
    for number in range(LETTERS):
        # Each from somebody else: what one address sends too much of is left to the post.
        content = damaged(dice, dice.choice(SAMPLES), number)
        with scopes_disabled():
            before = Message.objects.count(), IncomingMail.objects.count()
            done = take(recipient=recipient, content=content, sender=f"p{number}@people.example")
            after = Message.objects.count(), IncomingMail.objects.count()
        said[done] = said.get(done, 0) + 1
        if done == "taken":
            assert after[0] >= before[0]
        elif done in {"kept", "forwarded"}:
            assert after[1] >= before[1]
        else:
            assert done in MACHINES, done
    assert said["taken"] > LETTERS / 4
    assert said.get("kept", 0) + said.get("forwarded", 0) > LETTERS / 50
    with scopes_disabled():
        assert Conversation.objects.count() > LETTERS / 8


def test_words_of_a_letter_that_is_whole_are_never_lost(in_scope, no_limits, own_files):
    """Through every charset, encoding and shape of the samples the mark comes out as it went in."""
    recipient = f"{in_scope.handle}@{mail_domain()}"
    for number, sample in enumerate(SAMPLES):
        content = sample.replace(b"ann@people.example", b"p%d@people.example" % number)
        done = take(recipient=recipient, content=content)
        assert done == "taken", sample[:200]
        with scopes_disabled():
            row = Message.objects.latest("pk")
        assert WORDS in row.text + row.quoted, sample[:200]
