"""How often an address may come back before nobody writes to it, whatever the rhythm of the letters."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tradepost.delivery.actions import lift_suppression
from tradepost.delivery.actions.receive import receive
from tradepost.delivery.bounces.scores import note_bounce
from tradepost.delivery.models import Handover
from tradepost.delivery.queries import is_suppressed
from tradepost.delivery.tests.test_returned_mail import address as return_path
from tradepost.delivery.tests.test_returned_mail import dsn
from tradepost.delivery.types import BounceKind, SuppressionReason

pytestmark = pytest.mark.django_db
ADDRESS = "p1@people.example"
INTERVALS = (1, 2, 3, 7, 10, 14, 16, 17, 18, 21, 28, 30, 31, 45, 60)
WORDS = "550 5.1.1 <p1@people.example>: Recipient address rejected: User unknown"


@pytest.fixture
def gone(in_scope):
    """Whether the address is suppressed."""
    return lambda: bool(is_suppressed(address=ADDRESS, merchant_id=in_scope.pk))


def write(engine, server, mailing_of, answer):
    """Send one mailing; its recipient's server answers so."""
    server.replies = {ADDRESS: answer} if answer else {}
    mailing_of(1)
    engine.run_until_idle()


@pytest.mark.parametrize("days", INTERVALS)
def test_a_dead_mailbox_is_found_out_however_seldom_it_is_written_to(
    days, engine, server, mailing_of, gone
):
    start, needed = timezone.now(), 0
    for turn in range(6):
        if gone():
            break
        with time_machine.travel(start + timedelta(days=days * turn), tick=True):
            write(engine, server, mailing_of, WORDS)
            needed += 1
    assert gone()
    assert needed == 3


@pytest.mark.parametrize("days", INTERVALS)
def test_a_letter_that_arrives_in_between_begins_the_count_anew(
    days, engine, server, mailing_of, gone
):
    start = timezone.now()
    for turn, answer in enumerate([WORDS, WORDS, "", WORDS, WORDS]):
        with time_machine.travel(start + timedelta(days=(days + 1) * turn), tick=True):
            write(engine, server, mailing_of, answer)
    assert not gone()
    assert Handover.objects.filter(state="sent").count() == 1


@pytest.mark.parametrize("late", [0, 1, 3, 6])
@pytest.mark.parametrize("days", [7, 31])
def test_reports_that_come_days_late_count_all_the_same(
    late, days, engine, server, mailing_of, gone
):
    start = timezone.now()
    for turn in range(3):
        assert not gone()
        with time_machine.travel(start + timedelta(days=days * turn), tick=True):
            write(engine, server, mailing_of, "")
        row = Handover.objects.get(state="sent")
        with time_machine.travel(start + timedelta(days=days * turn + late, hours=2), tick=True):
            assert receive(recipient=return_path(row), content=dsn()) == "hard"
    assert gone()


@pytest.mark.parametrize(("days", "is_gone"), [(1, True), (2, True), (30, False), (60, False)])
def test_full_mailboxes_weigh_half_and_fade(days, is_gone, engine, server, mailing_of, gone):
    start = timezone.now()
    for turn in range(8):
        with time_machine.travel(start + timedelta(days=days * turn), tick=True):
            write(engine, server, mailing_of, "552 5.2.2 mailbox full")
    assert gone() is is_gone


def test_many_letters_on_one_day_count_once(engine, server, mailing_of, gone):
    with time_machine.travel(timezone.now(), tick=True):
        for _ in range(6):
            write(engine, server, mailing_of, WORDS)
    assert not gone()


@pytest.mark.parametrize(
    "answer",
    [
        "553 5.1.8 <x@y.example>: Sender address rejected: Domain not found",
        "550 5.1.1 sender 192.0.2.1 is on Spamhaus",
        "550 5.7.1 SPF check failed",
        "554 5.7.1 taken for spam",
        "550 5.2.1 receiving mail at a rate",
        "450 4.2.0 greylisted",
    ],
)
def test_what_is_our_own_fault_never_counts(answer, engine, server, mailing_of, gone):
    start = timezone.now()
    for turn in range(5):
        with time_machine.travel(start + timedelta(days=3 * turn), tick=True):
            write(engine, server, mailing_of, answer)
    assert not gone()
    assert not Handover.objects.filter(state="bounced").exists()


def test_an_auto_reply_or_something_unclear_never_counts(in_scope, gone):
    start = timezone.now()
    for day in range(30):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            for kind in (BounceKind.AUTO_REPLY, BounceKind.OTHER):
                assert not note_bounce(merchant_id=in_scope.pk, address=ADDRESS, kind=kind)
    assert not gone()


def test_whoever_is_written_to_again_starts_from_nothing(in_scope, gone):
    start = timezone.now()

    def bounce(day):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            note_bounce(merchant_id=in_scope.pk, address=ADDRESS, kind=BounceKind.HARD)

    for day in range(3):
        bounce(day)
    assert gone()
    lift_suppression(address=ADDRESS, merchant=in_scope, reason=SuppressionReason.BOUNCE)
    bounce(4)
    assert not gone()
