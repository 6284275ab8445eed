"""What the desk mails: that a message came in, the answer, and to the shop that somebody waits.

All of it is about the one matter: purpose support, in the words of the matter's language, with an address for answers
that belongs to the matter (promise purpose.follow-up).
"""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from tradepost.delivery.actions.queue import queue_mail
from tradepost.delivery.incoming.addresses import is_taken_here
from tradepost.delivery.types import Attachment
from tradepost.jobs import storage
from tradepost.lib import clock
from tradepost.modules.places import place
from tradepost.support.addresses import reply_address
from tradepost.support.models import Conversation, Message, MessageFile

RECEIVED, ANSWER, NOTICE = "support/received", "support/answer", "support/notice"
# Between two acknowledgements to one address: a machine that answers them gets no second one to answer.
QUIET = timedelta(hours=1)


def about(conversation: Conversation) -> str:
    return f"{Conversation._meta.label_lower}:{conversation.pk}"


def acknowledge(conversation: Conversation) -> None:
    """Nothing that was typed stands in it: anybody can type somebody's address into the form. Whoever asks the operator
    is signed in and sees it."""
    if conversation.merchant is None:
        return
    lately = Conversation.objects.filter(
        merchant=conversation.merchant,
        email=conversation.email,
        opened_at__gt=clock.now() - QUIET,
    )
    if not lately.exclude(pk=conversation.pk).exists():
        _mail_to_person(conversation, RECEIVED, {})


def mail_answer(message: Message, files: Sequence[MessageFile]) -> None:
    sent = [
        Attachment(name=file.name, media_type=file.media_type, content=_bytes_of(file))
        for file in files
    ]
    _mail_to_person(message.conversation, ANSWER, {"text": message.text}, sent)


def tell_desk(conversation: Conversation) -> None:
    """To the contact address of the shop, or the operator's; it names nobody. Not of the desk's own letters, nor to one
    of our addresses."""
    merchant = conversation.merchant
    to = merchant.contact_email if merchant else settings.TRADEPOST.operator_email
    if not to or to.lower() == conversation.email or is_taken_here(to):
        return
    queue_mail(
        to=to,
        template=NOTICE,
        context={
            "number": conversation.number,
            "url": settings.TRADEPOST.base_url + _desk_page(conversation),
        },
        merchant=merchant,
        language=merchant.language if merchant else "en",
        about=about(conversation),
    )


def _desk_page(conversation: Conversation) -> str:
    if conversation.merchant is None:
        return place("operator's conversation", conversation.public_id)
    names = [conversation.merchant.handle, conversation.public_id]
    return reverse("support_office:conversation", args=names)


def _page_of(conversation: Conversation) -> str:
    """Where whoever asked reads all of it."""
    if conversation.merchant is None:
        names = [conversation.house.handle, conversation.public_id]
        return reverse("support_office:help_thread", args=names)
    return reverse("support:thread", args=[conversation.token])


def _mail_to_person(
    conversation: Conversation,
    template: str,
    context: dict[str, object],
    files: Sequence[Attachment] = (),
) -> None:
    known = {
        "shop": conversation.answers_as,
        "number": conversation.number,
        "topic": conversation.subject,
        "url": settings.TRADEPOST.base_url + _page_of(conversation),
    }
    queue_mail(
        to=conversation.email,
        template=template,
        context=known | context,
        merchant=conversation.merchant,
        language=conversation.language,
        reply_to=reply_address(conversation),
        about=about(conversation),
        attachments=files,
    )


def _bytes_of(file: MessageFile) -> bytes:
    with storage.files().open(file.stored_as) as stream:
        return stream.read()
