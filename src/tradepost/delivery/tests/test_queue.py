import pytest
from django.db import transaction

from tradepost.datamap.rooms import MailTemplate, NoServicePurpose
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.actions import queue_mail
from tradepost.delivery.models import Mail
from tradepost.delivery.types import Attachment, HandoverState, HeaderInjection
from tradepost.lib.addresses import InvalidEmail
from tradepost.modules.mail_templates import UnknownTemplate

pytestmark = pytest.mark.django_db

NASTY = 'Ann <b>& "Bob"</b>\r\nBcc: thief@example.org'


def test_a_mail_is_rendered_when_it_is_queued(in_scope):
    mail = queue_mail(
        to=" Ann@Example.ORG ",
        template="delivery/receipt",
        context={"name": "Ann", "url": "https://shop.example/?a=1&b=2"},
        merchant=in_scope,
        about="orders.order:93",
    )
    assert (mail.address, mail.state, mail.is_service) == (
        "ann@example.org",
        HandoverState.QUEUED,
        True,
    )
    assert mail.subject == "Receipt for Ann"
    assert "https://shop.example/?a=1&b=2" in mail.text
    assert "https://shop.example/?a=1&amp;b=2" in mail.html
    assert "<mj-" not in mail.html


def test_values_are_escaped_in_html_only_and_can_add_no_header(in_scope):
    mail = queue_mail(
        to="ann@example.org",
        template="delivery/receipt",
        context={"name": NASTY, "url": "https://shop.example/"},
        merchant=in_scope,
    )
    assert "<b>" in mail.text
    assert "<b>" not in mail.html.split("<body", 1)[1]
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject


def test_the_html_part_calls_no_outside_host(in_scope):
    mail = queue_mail(
        to="ann@example.org",
        template="delivery/receipt",
        context={"name": "Ann", "url": "https://shop.example/"},
        merchant=in_scope,
    )
    assert "fonts.googleapis" not in mail.html
    assert "<img" not in mail.html
    assert "@import" not in mail.html


def test_what_is_rolled_back_was_never_queued(in_scope):
    class Stop(Exception):
        pass

    def place_order():
        with transaction.atomic():
            queue_mail(to="ann@example.org", template="delivery/receipt", context={})
            raise Stop

    with pytest.raises(Stop):
        place_order()
    assert not Mail.objects.exists()


@pytest.mark.parametrize("to", ["nobody", "a@b.example\r\nRCPT TO:<x@y.example>", ""])
def test_what_is_no_address_is_refused(to):
    with pytest.raises(InvalidEmail):
        queue_mail(to=to, template="delivery/receipt", context={})


def test_an_attachment_cannot_smuggle_headers():
    bad = Attachment(name="a\r\nX: y", media_type="text/plain", content=b"")
    with pytest.raises(HeaderInjection):
        queue_mail(to="a@example.org", template="delivery/receipt", context={}, attachments=[bad])


def test_an_unregistered_template_is_refused():
    with pytest.raises(UnknownTemplate, match="MailTemplate"):
        queue_mail(to="a@example.org", template="delivery/unheard-of", context={})


def test_news_can_never_be_flagged_as_service_mail():
    with pytest.raises(NoServicePurpose):
        MailTemplate(name="delivery/x", purpose=Purpose.NEWSLETTERS, service=True)
