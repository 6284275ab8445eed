"""Limits that the operator sets are the limits that the sender keeps."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from tradepost.audit.models import Entry
from tradepost.delivery.models import Destination, Handover
from tradepost.delivery.types import HandoverState

pytestmark = pytest.mark.django_db


def say(capsys, *words):
    call_command("sendlimit", *words)
    return capsys.readouterr().out


def test_a_domain_gets_so_many_a_minute(engine, mailing_of, server, capsys):
    mailing_of(12)
    assert "domain:people.example  5 a minute" in say(capsys, "--domain", "People.Example", "5")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        engine.run_until_idle()
        assert len(server.recipients) == 5
        clock.shift(61)
        engine.run_until_idle()
    assert len(server.recipients) == 10
    say(capsys, "--domain", "people.example", "--lift")
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        engine.run_until_idle()
    assert not Handover.objects.exclude(state=HandoverState.SENT).exists()


def test_a_merchant_gets_so_many_a_minute(engine, mailing_of, server, capsys, in_scope):
    mailing_of(12)
    say(capsys, "--merchant", in_scope.handle, "4")
    with time_machine.travel(timezone.now(), tick=False):
        engine.run_until_idle()
    assert len(server.recipients) == 4


def test_who_set_what_is_on_record(capsys):
    say(capsys, "--domain", "bücher.example", "7")
    entry = Entry.objects.get(action="delivery.set_limit")
    assert (entry.target, entry.detail) == ("domain:bücher.example", {"per_minute": 7})
    assert "domain:bücher.example  7 a minute" in say(capsys)


def test_an_international_domain_may_be_written_either_way(capsys):
    say(capsys, "--domain", "xn--bcher-kva.example", "7")
    assert Destination.objects.get().name == "domain:bücher.example"


def test_without_limits_it_says_so(capsys):
    assert "No limits are set" in say(capsys)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--domain", "people.example"], "how many"),
        (["--domain", "people.example", "5", "--lift"], "how many"),
        (["--domain", "people.example", "0"], "between 1"),
        (["--domain", "no domain", "5"], "no mail domain"),
        (["--merchant", "nobody-here", "5"], "No shop"),
        (["5"], "for whom"),
    ],
)
def test_what_cannot_be_is_said(words, complaint):
    with pytest.raises(CommandError, match=complaint):
        call_command("sendlimit", *words)
