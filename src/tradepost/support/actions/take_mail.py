"""A letter to a shop becomes a message: of the matter it answers, or of a new one.

It joins a matter by the address it came to, or by the letters that it says it answers, and only if it comes from the
address that asked: whoever got hold of a link or a number opens nothing with it. What cannot be read, and what comes in
floods, is left to the post, which keeps and shows it.
"""

from django.db.models import Q, QuerySet
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
    if number := conversation_behind(letter.recipient):
        named = _of_shop(merchant).filter(pk=number).first()
        if named is not None:
            return named, True
    return _by_our_letters(merchant, read) or _by_theirs(merchant, read), False


def _of_shop(merchant: Merchant) -> QuerySet[Conversation]:
    """Those with the shop, and those of its members with the operator."""
    rows = Conversation.objects.filter(Q(merchant=merchant) | Q(shop=merchant))
    return rows.select_related("merchant", "shop")


def _by_our_letters(merchant: Merchant, read: LetterRead) -> Conversation | None:
    """By the seal in the numbers of our mails."""
    for mail in filter(None, map(_our_letter, read.numbers)):
        marked = Mail.objects.filter(Q(merchant=merchant.pk) | Q(merchant=None), pk=mail)
        named = marked.values_list("about", flat=True).first() or ""
        label, _colon, row = named.rpartition(":")
        if label == Conversation._meta.label_lower and row.isdecimal():
            return _of_shop(merchant).filter(pk=int(row)).first()
    return None


def _by_theirs(merchant: Merchant, read: LetterRead) -> Conversation | None:
    """By what was kept of the numbers of the person's own letters, which holds the shop."""
    keys = [key_of_number(number, merchant.pk) for number in read.numbers]
    if not keys:
        return None
    known = Message.objects.filter(mail_key__in=keys).order_by("-pk")
    found = known.select_related("conversation__merchant", "conversation__shop").first()
    return found.conversation if found else None


def _our_letter(number: str) -> int:
    """Row number of the single mail that a Message-ID of ours seals; 0 for all others."""
    try:
        table, row = read_token("message", number.partition("@")[0])
    except BadToken:
        return 0
    return row if table == "mail" else 0
