"""A letter to a shop becomes a message: of the matter it answers, or of a new one.

It joins a matter by the address it came to, or by the letters that it says it answers, and only if it comes from the
address that asked: whoever got hold of a link or a number opens nothing with it. What cannot be read, and what comes in
floods, is left to the post, which keeps and shows it.
"""

from collections.abc import Iterator

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.delivery.incoming.takers import ShopLetter
from tradepost.delivery.models import Mail
from tradepost.delivery.outgoing.tokens import BadToken, read_token
from tradepost.identity.actions.limits import TooMany, spend
from tradepost.lib.typed_text import typed
from tradepost.merchants.models import Merchant
from tradepost.modules.switches import is_on
from tradepost.support.actions.write import Asker, WordsSaid, hear, open_conversation
from tradepost.support.addresses import conversation_behind
from tradepost.support.models import Conversation, Message
from tradepost.support.reading.letters import LetterRead, arrival_key, key_of_number, read_letter
from tradepost.support.types import LONGEST_TEXT, SUPPORT, WayIn


def take_letter(letter: ShopLetter) -> bool:
    """Whether it was taken; twice is once. Runs in the transaction of the post."""
    merchant = Merchant.objects.filter(pk=letter.merchant_id).first()
    if merchant is None or merchant.is_closed or not is_on(SUPPORT, merchant):
        return False
    read = read_letter(letter.content, letter.message)
    if not read.says_something:
        return False
    try:
        spend("letter in", address=letter.sender, shop=merchant)
    except TooMany:
        return False
    with scopes_disabled(), translation.override(merchant.language):
        _take(merchant, letter, read)
    return True


def _take(merchant: Merchant, letter: ShopLetter, read: LetterRead) -> None:
    matter, by_address = _matter_of(merchant, letter, read)
    said = _said(merchant, letter, read)
    if matter is not None and matter.email == letter.sender:
        hear(conversation=matter, said=said, confirms=by_address)
        return
    open_conversation(
        merchant=merchant,
        asker=Asker(email=letter.sender, name=read.name, language=merchant.language),
        subject=read.subject,
        said=said,
        channel=WayIn.MAIL,
        follows=matter if matter and matter.merchant_id else None,
    )


def _said(merchant: Merchant, letter: ShopLetter, read: LetterRead) -> WordsSaid:
    """What was left out is said where it would have been: the desk can ask for it."""
    left = [
        _("[File not kept: %(name)s. %(why)s]") % {"name": name, "why": why}
        for name, why in read.left_out
    ]
    text = typed(read.text or read.subject, LONGEST_TEXT - sum(len(line) + 1 for line in left))
    return WordsSaid(
        text="\n".join([text, *left]).strip(),
        quoted=read.quoted,
        files=read.files,
        arrival_key=arrival_key(read, letter.sender, merchant.pk),
        mail_key=key_of_number(read.number, merchant.pk) if read.number else "",
    )


def _matter_of(
    merchant: Merchant, letter: ShopLetter, read: LetterRead
) -> tuple[Conversation | None, bool]:
    """The matter that it answers, whoever wrote it, and whether the address of our mail says so."""
    rows = Conversation.objects.filter(Q(merchant=merchant) | Q(shop=merchant))
    rows = rows.select_related("merchant", "shop")
    if number := conversation_behind(letter.recipient):
        named = rows.filter(pk=number).first()
        if named is not None:
            return named, True
    for number in _answered(merchant, read):
        found = rows.filter(pk=number).first()
        if found is not None:
            return found, False
    return None, False


def _answered(merchant: Merchant, read: LetterRead) -> Iterator[int]:
    """Row numbers of conversations: of our letters by the seal in their numbers, of the person's by what was kept."""
    for number in read.numbers:
        if mail := _our_letter(number):
            marked = Mail.objects.filter(Q(merchant=merchant.pk) | Q(merchant=None), pk=mail)
            named = marked.values_list("about", flat=True).first() or ""
            label, _colon, row = named.rpartition(":")
            if label == Conversation._meta.label_lower and row.isdecimal():
                yield int(row)
    keys = [key_of_number(number, merchant.pk) for number in read.numbers]
    if keys:
        theirs = Message.objects.filter(mail_key__in=keys).order_by("-pk")
        yield from theirs.values_list("conversation", flat=True)[:5]


def _our_letter(number: str) -> int:
    """Row number of the single mail that a Message-ID of ours seals; 0 for all others."""
    try:
        table, row = read_token("message", number.partition("@")[0])
    except BadToken:
        return 0
    return row if table == "mail" else 0
