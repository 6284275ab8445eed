"""A fault of our own hits everybody: sending stops, somebody is told, and nobody is called dead."""

import pytest
from django.conf import settings
from django_scopes import scopes_disabled

from tradepost.delivery.actions import queue_mail, resume_mailing
from tradepost.delivery.actions.receive import receive
from tradepost.delivery.models import BounceScore, Handover, Mail
from tradepost.delivery.outgoing.tokens import make_tokens
from tradepost.delivery.queries import counts_by_state, mail_domain
from tradepost.delivery.tests.bounce_samples import REPORT, report
from tradepost.delivery.types import HandoverState, MailingState, Trouble

pytestmark = pytest.mark.django_db
DNS = "553 5.1.8 <shop@mail.example>: Sender address rejected: Domain not found"


def letters(template="delivery/sending-stopped"):
    """The single mails of all merchants, and of none."""
    with scopes_disabled():
        return list(Mail.objects.filter(template=template).select_related("merchant"))


def test_a_dns_mistake_stops_the_mailing_and_nobody_is_lost(engine, mailing_of, server, in_scope):
    mailing = mailing_of(150)
    server.replies = {"*": DNS}
    engine.run_until_idle()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.trouble) == (MailingState.PAUSED, Trouble.SENDER)
    assert mailing.trouble_answer == "553 5.1.8 <…>: Sender address rejected: Domain not found"
    assert counts_by_state(mailing).keys() == {HandoverState.QUEUED, HandoverState.DEFERRED}
    assert not BounceScore.objects.exists()
    server.replies = {}
    resume_mailing(mailing=mailing)
    engine.run_until_idle()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.sent, mailing.trouble) == (MailingState.DONE, 150, "")


def test_merchant_and_operator_are_told_once_what_to_do(engine, mailing_of, server, in_scope):
    for _ in range(2):
        mailing_of(20)
    server.replies = {"*": DNS}
    engine.run_until_idle()
    to_operator, to_merchant = sorted(letters(), key=lambda mail: bool(mail.merchant))
    assert to_operator.address == settings.TRADEPOST.operator_email
    assert "TRADEPOST_MAIL_DOMAIN" in to_operator.text
    assert "Domain not found" in to_operator.text
    assert to_merchant.address == in_scope.contact_email
    assert "Go on" in to_merchant.text


def test_a_message_taken_for_spam_is_the_merchants_own_affair(engine, mailing_of, server, in_scope):
    mailing = mailing_of(20)
    server.body_reply = lambda captured: (
        "250 ok" if captured.subject.startswith("Your mailing") else "554 5.7.1 looks like spam"
    )
    engine.run_until_idle()
    mailing.refresh_from_db()
    assert mailing.trouble == Trouble.CONTENT
    assert [mail.merchant for mail in letters()] == [in_scope]


def test_one_domains_blocklist_among_many_domains_stops_it_too(engine, mailing_of, server):
    mailing = mailing_of(60)
    for row in Handover.objects.all()[:8]:
        Handover.objects.filter(pk=row.pk).update(address=f"q{row.pk}@strict.example")
        server.replies[f"q{row.pk}@strict.example"] = "550 5.7.1 blocked using zen.spamhaus.org"
    engine.run_until_idle()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.trouble) == (MailingState.PAUSED, Trouble.BLOCKLIST)


def test_a_few_strict_servers_stop_nothing_and_can_be_tried_again(engine, mailing_of, server):
    mailing = mailing_of(60)
    for number in (1, 2, 3):
        server.replies[f"p{number}@people.example"] = "550 5.7.1 denied by policy"
    engine.run_until_idle()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.trouble) == (MailingState.DONE, "")
    assert counts_by_state(mailing) == {HandoverState.SENT: 57, HandoverState.FAILED: 3}


def test_dead_mailboxes_however_many_stop_nothing(engine, mailing_of, server):
    mailing = mailing_of(30)
    server.replies = {"*": "550 5.1.1 user unknown"}
    engine.run_until_idle()
    assert counts_by_state(mailing) == {HandoverState.BOUNCED: 30}


def test_refusals_that_come_back_as_mail_count_the_same(engine, mailing_of, in_scope):
    mailing = mailing_of(30)
    engine.run_until_idle()
    content = f"From: MAILER-DAEMON@relay.example\nSubject: failed\n{REPORT}\n".encode()
    content += report("5.7.1", "550 5.7.1 blocked using zen.spamhaus.org").encode()
    for row in Handover.objects.order_by("pk")[:20]:
        token = make_tokens("bounce", "handover", [row.pk])[0]
        receive(recipient=f"b-{token}@{mail_domain()}", content=content)
    mailing.refresh_from_db()
    assert mailing.trouble == Trouble.BLOCKLIST
    assert (mailing.sent, mailing.failed, mailing.bounced) == (10, 20, 0)
    assert not BounceScore.objects.exists()
    assert [mail.merchant for mail in letters() if mail.merchant] == [in_scope]


def returned(rows, words="550 5.7.1 blocked using zen.spamhaus.org"):
    """The relay took these letters; their servers send them back."""
    content = f"From: MAILER-DAEMON@relay.example\nSubject: failed\n{REPORT}\n".encode()
    content += report("5.7.1", words).encode()
    for row in rows:
        token = make_tokens("bounce", "handover", [row.pk])[0]
        receive(recipient=f"b-{token}@{mail_domain()}", content=content)


@pytest.mark.parametrize(("many", "stops"), [(14, False), (20, True)])
def test_half_of_all_that_comes_back_from_servers_of_many_domains_stops_it(
    many, stops, engine, mailing_of
):
    mailing = mailing_of(30)
    rows = list(Handover.objects.order_by("pk"))
    for row in rows:
        Handover.objects.filter(pk=row.pk).update(address=f"ann@d{row.pk}.example")
    engine.run_until_idle()
    returned(rows[:many])
    mailing.refresh_from_db()
    assert (mailing.trouble == Trouble.BLOCKLIST) is stops


@pytest.mark.parametrize(("many", "stops"), [(9, False), (10, True)])
def test_what_one_domain_sends_back_stops_it_though_others_took_theirs(
    many, stops, engine, mailing_of
):
    mailing = mailing_of(60)
    rows = list(Handover.objects.order_by("pk"))
    for row in rows[:12]:
        Handover.objects.filter(pk=row.pk).update(address=f"p{row.pk}@strict.example")
    engine.run_until_idle()
    returned(rows[:many])
    mailing.refresh_from_db()
    assert (mailing.trouble == Trouble.BLOCKLIST) is stops


def test_single_mail_waits_for_the_mistake_to_be_mended(engine, server, in_scope):
    for number in range(6):
        queue_mail(
            to=f"p{number}@people.example",
            template="delivery/receipt",
            context={"name": "Ann", "url": "https://x.example/"},
        )
    server.replies = {"*": DNS}
    engine.run_once()
    assert {mail.state for mail in letters("delivery/receipt")} == {HandoverState.DEFERRED}
    assert [mail.address for mail in letters()] == [settings.TRADEPOST.operator_email]
