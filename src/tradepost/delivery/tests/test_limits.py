"""Closed doors and buckets when the clock is set back: nothing is shut for longer than it ever would be."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tradepost.delivery.models import Destination
from tradepost.delivery.outgoing import limits

pytestmark = pytest.mark.django_db
NAME = "domain:people.example"


def test_a_door_closed_before_the_clock_was_set_back_is_open(time_machine):
    now = timezone.now()
    time_machine.move_to(now + timedelta(hours=2), tick=False)
    limits.close(limits.RELAY)
    assert limits.RELAY in limits.closed(timezone.now())
    time_machine.move_to(now, tick=False)
    assert limits.closed(now) == {}
    limits.close(limits.RELAY)
    until = limits.closed(now)[limits.RELAY]
    assert now < until < now + timedelta(minutes=1)


def test_a_bucket_gives_what_it_holds_and_never_less_than_nothing(time_machine):
    now = timezone.now()
    time_machine.move_to(now + timedelta(hours=1), tick=False)
    limits.set_limit(NAME, 60)
    assert limits.take_tokens(NAME, 50) == 50
    time_machine.move_to(now, tick=False)
    assert limits.take_tokens(NAME, 50) == 10
    time_machine.move_to(now + timedelta(seconds=30), tick=False)
    assert limits.take_tokens(NAME, 50) == 30
    assert Destination.objects.get(name=NAME).tokens == 0
