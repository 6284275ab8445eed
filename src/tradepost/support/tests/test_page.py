"""A customer without an account writes to a shop, and goes on from the page that the mail leads to."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scope, scopes_disabled

from tradepost.merchants.models import Merchant
from tradepost.support.actions import write as writing
from tradepost.support.forms import new_stamp
from tradepost.support.models import Conversation, Message, MessageFile
from tradepost.support.tests.conftest import ANN
from tradepost.support.tests.samples import PDF, conversation
from tradepost.support.types import MOST_BYTES, MessageKind

pytestmark = pytest.mark.django_db


def page_of(row: Conversation) -> str:
    return f"/support/matter/{row.token}/"


def test_who_writes_gets_a_mail_with_the_way_to_the_page_and_the_shop_hears_of_it(
    merchant, write, only, mailbox
):
    answer = write(name="Ann")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/support/to/{merchant.handle}/sent/"
    row = only()
    (told,) = mailbox("support/received")
    assert (told.address, page_of(row) in told.text) == (ANN, True)
    assert told.reply_to.startswith("s-")
    (notice,) = mailbox("support/notice")
    assert notice.address == merchant.contact_email
    assert ANN not in notice.text + notice.html + notice.subject


def test_the_page_after_sending_does_not_lead_to_the_conversation(write, only):
    """Whoever typed somebody else's address must not read what the shop answers there."""
    answer = write()
    shown = Client().get(answer.headers["Location"])
    assert only().token not in shown.text
    assert "set-cookie" not in {name.lower() for name in shown.headers}


def test_a_form_sent_twice_is_one_conversation(write, mailbox):
    stamp = new_stamp()
    write(stamp=stamp)
    write(stamp=stamp)
    with scopes_disabled():
        assert Conversation.objects.count() == 1
    assert len(mailbox("support/received")) == 1


def test_numbers_have_no_gap_where_something_came_twice(write, only, merchant):
    stamp = new_stamp()
    for said in (stamp, stamp, new_stamp()):
        write(stamp=said)
    with scopes_disabled():
        numbers = sorted(Conversation.objects.values_list("number", flat=True))
    assert numbers[1] - numbers[0] == 1


def test_machines_that_fill_what_nobody_sees_write_nothing(write):
    assert write(company_website="x").status_code == 302
    with scopes_disabled():
        assert not Conversation.objects.exists()


def test_cards_and_passwords_are_masked_on_arrival(write, only):
    write(text="card 4111 1111 1111 1111, my password is hunter2!, Kennwort: Blume")
    with scopes_disabled():
        text = Message.objects.get().text
    assert "4111" not in text
    assert "hunter2" not in text
    assert "Blume" not in text
    assert text.count("[password removed]") == 2


def test_what_is_typed_stays_in_the_form_with_the_error_beside_it(write):
    answer = write(email="no address")
    assert answer.status_code == 422
    assert "Where is it?" in answer.text


def test_another_file_than_the_desk_takes_is_refused_by_its_bytes(write):
    virus = SimpleUploadedFile("invoice.pdf", b"MZ\x90\x00 program", content_type="application/pdf")
    answer = write(attached=virus)
    assert answer.status_code == 422
    assert "invoice.pdf" in answer.text
    with scopes_disabled():
        assert not Conversation.objects.exists()


def test_a_huge_file_is_refused_and_nothing_is_kept(write, own_files):
    huge = SimpleUploadedFile("big.pdf", b"%PDF-" + b"x" * MOST_BYTES)
    assert write(attached=huge).status_code == 422
    assert not list(own_files.list("support"))


def test_a_file_comes_back_as_a_download_and_never_opens(in_scope, own_files, write, only):
    write(attached=SimpleUploadedFile("../re\nceipt.pdf", PDF))
    with scopes_disabled():
        file = MessageFile.objects.get()
    answer = Client().get(f"{page_of(only())}file/{file.public_id}/")
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_page_shows_answers_and_no_notes(asked, in_scope, owner):
    from tradepost.audit.types import Actor

    by = Actor.user(owner)
    said = {"conversation": asked, "by": by, "author": owner}
    writing.answer(said=writing.WordsSaid(text="It left on Monday."), **said)
    writing.note(said=writing.WordsSaid(text="Bad tempered."), **said)
    shown = Client().get(page_of(asked)).text
    assert "It left on Monday." in shown
    assert "Bad tempered." not in shown


def test_writing_again_opens_a_closed_conversation_and_confirms_the_address(asked, in_scope, owner):
    from tradepost.audit.types import Actor
    from tradepost.support.actions.handle import close

    close(conversation=asked, by=Actor.user(owner))
    answer = Client().post(page_of(asked), {"text": "It did not come."})
    assert answer.status_code == 302
    asked.refresh_from_db()
    assert asked.state == "open"
    assert asked.confirmed_at
    assert asked.messages.filter(kind=MessageKind.ASKED).count() == 2


@pytest.mark.parametrize("token", ["", "x" * 32, "%00", "a" * 4000])
def test_a_forged_link_opens_nothing(asked, token):
    answer = Client().get(f"/support/matter/{token}/")
    assert answer.status_code == 404


def test_a_link_opens_its_own_conversation_and_no_file_of_another(asked, in_scope):
    from tradepost.support.types import GivenFile

    other = conversation(
        in_scope, "bob@people.example", files=[GivenFile(name="b.pdf", content=PDF)]
    )
    file = MessageFile.objects.get(message__conversation=other)
    assert Client().get(f"{page_of(asked)}file/{file.public_id}/").status_code == 404
    assert Client().get(f"{page_of(other)}file/{file.public_id}/").status_code == 200


def test_the_module_off_is_off(asked, merchant):
    Merchant.objects.filter(pk=merchant.pk).update(switches={"support": False})
    assert Client().get(f"/support/to/{merchant.handle}/").status_code == 404
    assert Client().get(page_of(asked)).status_code == 404


def test_the_shop_links_to_its_form_while_the_module_is_on(merchant):
    shop = f"/shop/{merchant.handle}/"
    assert f"/support/to/{merchant.handle}/" in Client().get(shop).text
    Merchant.objects.filter(pk=merchant.pk).update(switches={"support": False})
    assert "/support/to/" not in Client().get(shop).text


def test_the_form_speaks_german_where_it_is_asked_to(merchant):
    page = Client().get(f"/support/to/{merchant.handle}/?lang=de").text
    assert re.search(r'<html[^>]* lang="de"', page)
    assert "Nachricht" in page


def test_too_many_messages_are_refused_with_a_time(write, settings):
    answers = [write(stamp=new_stamp()).status_code for _ in range(25)]
    assert answers[0] == 302
    assert answers[-1] == 429


def test_a_person_in_one_shop_is_nobody_in_another(asked, other_merchant):
    with scope(merchant=other_merchant):
        assert not Conversation.objects.filter(pk=asked.pk).exists()
