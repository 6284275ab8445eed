"""Letters to a shop become messages: of which matter, from whom, and what is left to the post."""

from email.message import EmailMessage

import pytest
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.audit.types import Actor
from tradepost.delivery.actions.receive import NotOurs, receive, take
from tradepost.delivery.models import IncomingMail
from tradepost.delivery.outgoing.tokens import make_tokens
from tradepost.delivery.queries import mail_domain
from tradepost.support.actions import handle, write
from tradepost.support.addresses import reply_address
from tradepost.support.models import Conversation, Message, MessageFile
from tradepost.support.tests.conftest import ANN
from tradepost.support.tests.samples import PDF, conversation

pytestmark = pytest.mark.django_db
BOB = "bob@people.example"


def shop_address(merchant) -> str:
    return f"{merchant.handle}@{mail_domain()}"


def letter(text="It did not come.", sender=ANN, **headers) -> EmailMessage:
    made = EmailMessage()
    made["From"] = f"Ann <{sender}>"
    made["To"] = "shop@shop.example"
    for name, value in ({"Subject": "Wallet", "Message_ID": "<1@ann.example>"} | headers).items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def hand_in(recipient: str, made: EmailMessage, **envelope) -> str:
    return take(recipient=recipient, content=made.as_bytes(), **envelope)


@pytest.fixture
def answered(asked, owner, mailbox):
    """The shop has answered Ann; the mail she got."""
    write.answer(
        conversation=asked,
        said=write.WordsSaid(text="It left on Monday."),
        by=Actor.user(owner),
        author=owner,
    )
    return mailbox("support/answer")[0]


def test_a_letter_to_a_shop_begins_a_conversation(in_scope, mailbox):
    assert hand_in(shop_address(in_scope), letter()) == "taken"
    row = Conversation.objects.get()
    assert (row.email, row.name, row.subject, row.channel) == (ANN, "Ann", "Wallet", "mail")
    assert row.confirmed_at is None
    assert row.messages.get().text == "It did not come."
    assert len(mailbox("support/received")) == 1
    assert not IncomingMail.objects.exists()


def test_a_letter_that_comes_twice_is_one_message(in_scope, mailbox):
    first, second = letter(), letter()
    second["Received"] = "by another.example; Tue, 1 Dec 2026 10:00:00 +0000"
    for made in (first, first, second):
        hand_in(shop_address(in_scope), made)
    assert Message.objects.count() == 1
    assert len(mailbox("support/notice")) == 1


def test_two_letters_with_one_number_are_both_kept(in_scope):
    """Some programs give all of theirs the same."""
    for text in ("One.", "Two."):
        hand_in(shop_address(in_scope), letter(text))
    assert sorted(Message.objects.values_list("text", flat=True)) == ["One.", "Two."]


def test_an_answer_to_our_mail_joins_by_its_address_and_confirms_it(answered, asked, in_scope):
    assert hand_in(answered.reply_to, letter()) == "taken"
    asked.refresh_from_db()
    assert (asked.messages.count(), asked.state) == (3, "open")
    assert asked.confirmed_at


def test_an_answer_joins_by_the_letter_it_refers_to(answered, asked, in_scope):
    ours = make_tokens("message", "mail", [answered.pk])[0]
    made = letter(In_Reply_To=f"<{ours}@{mail_domain()}>")
    hand_in(shop_address(in_scope), made)
    assert asked.messages.count() == 3
    asked.refresh_from_db()
    assert asked.confirmed_at is None


def test_a_second_letter_joins_the_first_that_it_refers_to(in_scope):
    hand_in(shop_address(in_scope), letter("One."))
    again = letter("Two.", Message_ID="<2@ann.example>", References="<0@x.example> <1@ann.example>")
    hand_in(shop_address(in_scope), again)
    assert Conversation.objects.get().messages.count() == 2


@pytest.mark.parametrize("way", ["address", "reference"])
def test_from_another_address_neither_a_link_nor_a_number_opens_the_matter(
    way, answered, asked, in_scope
):
    ours = make_tokens("message", "mail", [answered.pk])[0]
    recipient = answered.reply_to if way == "address" else shop_address(in_scope)
    hand_in(recipient, letter(sender=BOB, In_Reply_To=f"<{ours}@{mail_domain()}>"))
    assert asked.messages.count() == 2
    own = Conversation.objects.get(email=BOB)
    assert own.follows == asked
    assert own.confirmed_at is None


def test_another_shops_matter_is_not_joined(asked, other_merchant, in_scope):
    from django_scopes import scope

    hand_in(shop_address(in_scope), letter("One."))
    with scope(merchant=other_merchant):
        theirs = conversation(other_merchant, ANN)
    again = letter("Two.", Message_ID="<2@ann.example>", In_Reply_To="<1@ann.example>")
    hand_in(shop_address(other_merchant), again)
    with scopes_disabled():
        assert theirs.messages.count() == 1
        assert Conversation.objects.filter(merchant=other_merchant).count() == 2


def test_a_forged_address_is_nobodys(asked, in_scope):
    real = reply_address(asked)
    mark, _at, domain = real.partition("@")
    forged = f"{mark[:2]}{'b' if mark[2] != 'b' else 'c'}{mark[3:]}@{domain}"
    for recipient in (forged, f"s-@{domain}", f"s-{'a' * 26}@{domain}", f"s-{'7' * 200}@{domain}"):
        with pytest.raises(NotOurs):
            receive(recipient=recipient, content=letter().as_bytes())


def test_an_answer_to_a_matter_that_is_gone_is_heard_all_the_same(answered, asked, in_scope):
    asked.delete()
    assert hand_in(answered.reply_to, letter()) == "taken"
    assert Conversation.objects.get().messages.get().text == "It did not come."


def test_an_answer_to_a_closed_matter_opens_it(answered, asked, owner, in_scope, mailbox):
    handle.close(conversation=asked, by=Actor.user(owner))
    before = len(mailbox("support/notice"))
    hand_in(answered.reply_to, letter())
    asked.refresh_from_db()
    assert (asked.state, asked.closed_at) == ("open", None)
    assert len(mailbox("support/notice")) == before + 1


def test_quotes_are_folded_and_nothing_said_is_hidden(answered, asked, in_scope):
    quoted = "Still nothing.\n\nOn Mon, 1 Dec 2026 at 10:00, Shop <s@x.example>\nwrote:\n> It left.\n> Bye\n"
    hand_in(answered.reply_to, letter(quoted))
    said = asked.messages.last()
    assert said.text == "Still nothing."
    assert "It left." in said.quoted
    between = "> It left.\nNo, it did not.\n> Bye\nAnn\n"
    hand_in(answered.reply_to, letter(between, Message_ID="<3@ann.example>"))
    assert asked.messages.last().text == between.strip()


def test_html_alone_becomes_its_words(in_scope):
    made = letter()
    made.set_content(
        "<style>p{}</style><script>alert(1)</script><p>Hello <b>shop</b>,</p>"
        '<p>see <a href="https://x.example/1">this</a><img src="https://track.example/p.gif"></p>'
        "<blockquote>It left.</blockquote>",
        subtype="html",
    )
    hand_in(shop_address(in_scope), made)
    message = Message.objects.get()
    assert message.text == "Hello shop,\n\nsee this (https://x.example/1)"
    assert message.quoted == "> It left."
    assert "track" not in message.text + message.quoted


def test_files_are_kept_by_what_they_are_and_others_are_named(in_scope, own_files):
    made = letter()
    made.add_attachment(PDF, maintype="application", subtype="octet-stream", filename="bill.pdf")
    made.add_attachment(b"MZ\x90\x00", maintype="image", subtype="png", filename="pic.png")
    made.add_attachment(letter("inner"), filename="old.eml")
    hand_in(shop_address(in_scope), made)
    message = Message.objects.get()
    assert {file.name for file in message.files.all()} == {"bill.pdf", "old.eml"}
    assert "pic.png" in message.text
    with own_files.open(MessageFile.objects.get(name="bill.pdf").stored_as) as stream:
        assert stream.read() == PDF


def test_a_file_larger_than_the_post_looks_at_is_kept_whole(in_scope, own_files):
    large = PDF + b"\x00" * 2_000_000
    made = letter()
    made.add_attachment(large, maintype="application", subtype="pdf", filename="scan.pdf")
    assert hand_in(shop_address(in_scope), made) == "taken"
    file = MessageFile.objects.get()
    assert (file.size, own_files.size(file.stored_as)) == (len(large), len(large))
    assert Message.objects.get().text == "It did not come."


def test_a_huge_file_is_left_out_and_the_words_are_kept(in_scope, own_files):
    made = letter()
    made.add_attachment(
        PDF + b"\x00" * 9_500_000, maintype="application", subtype="pdf", filename="scan.pdf"
    )
    assert hand_in(shop_address(in_scope), made) == "taken"
    assert "scan.pdf" in Message.objects.get().text
    assert not list(own_files.list("support"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<x.example>"},
        {"X_Loop": "1"},
        {"Subject": "Automatic reply: Wallet"},
    ],
)
def test_what_machines_write_is_no_message(headers, answered, asked, mailbox):
    sent = len(mailbox("support/received")) + len(mailbox("support/notice"))
    assert hand_in(answered.reply_to, letter(**headers)) in {"auto-reply", "kept"}
    assert asked.messages.count() == 2
    assert len(mailbox("support/received")) + len(mailbox("support/notice")) == sent


def test_machines_that_do_not_say_so_are_answered_once_and_no_more(in_scope, mailbox):
    """Each of their letters answers ours with a new one; ours end after the first."""
    for number in range(40):
        made = letter(f"I am away until {number}.", Message_ID=f"<{number}@ann.example>")
        hand_in(shop_address(in_scope), made)
    assert len(mailbox("support/received")) == 1
    assert Conversation.objects.count() == 30, "beyond the limit the post keeps them"
    assert IncomingMail.objects.count() == 10


def test_a_machine_at_the_shops_own_contact_address_goes_in_no_circle(in_scope, mailbox):
    for number in range(5):
        made = letter("Away.", sender=in_scope.contact_email, Message_ID=f"<{number}@x.example>")
        hand_in(shop_address(in_scope), made)
    assert mailbox("support/notice") == []
    assert len(mailbox("support/received")) == 1


def test_a_letter_with_a_subject_alone_says_that(in_scope):
    hand_in(shop_address(in_scope), letter("", Subject="Please call me"))
    assert Message.objects.get().text == "Please call me"


@pytest.mark.parametrize(
    "content",
    [
        b"From: ann@people.example\r\n\r\n",
        b"From: ann@people.example\r\nContent-Type: multipart/mixed\r\n\r\n--B\r\nhello\r\n",
        b"\x00\xff\xfe",
    ],
)
def test_mail_that_cannot_be_read_is_left_to_the_post_and_shown(content, in_scope, office):
    done = take(recipient=shop_address(in_scope), content=content)
    assert done in {"kept", "forwarded"}
    kept = IncomingMail.objects.get()
    page = reverse("audience_office:incoming", args=[in_scope.handle])
    assert kept.public_id in office.get(page).text


def test_where_the_module_is_off_the_post_keeps_and_forwards(in_scope):
    in_scope.switches = {"support": False}
    in_scope.save()
    assert hand_in(shop_address(in_scope), letter()) == "forwarded"
    assert not Conversation.objects.exists()


def test_cards_and_passwords_in_mail_are_masked(in_scope):
    made = letter("Card 4111111111111111, password: hunter2")
    made.add_attachment(
        b"my password = hunter2\n", maintype="text", subtype="plain", filename="pw.txt"
    )
    hand_in(shop_address(in_scope), made)
    from tradepost.jobs import storage

    text = Message.objects.get().text
    assert "4111" not in text
    assert "hunter2" not in text
    with storage.files().open(MessageFile.objects.get().stored_as) as stream:
        assert b"hunter2" not in stream.read()
