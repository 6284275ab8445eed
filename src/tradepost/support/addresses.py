"""The address at which answers on one matter are taken: ``s-`` and a seal over shop and conversation.

Nobody else can make one; and one alone opens nothing: an answer joins the matter only if it comes from the address
that asked.
"""

from tradepost.datamap.columns.opaque_id import public_id, row_number
from tradepost.delivery.queries import mail_domain
from tradepost.lib.opaque import UnknownId
from tradepost.merchants.models import Merchant
from tradepost.support.models import Conversation

MARK = "s"
_KIND = "support.reply-address"
_BITS = 40  # of a conversation's row number; the shop's stands above


def reply_address(conversation: Conversation) -> str:
    number = conversation.house.pk << _BITS | conversation.pk
    return f"{MARK}-{public_id(_KIND, number)}@{mail_domain()}"


def shop_behind(token: str) -> int | None:
    """Row number of the shop whose address it is; None for a forged one, and of a shop that is gone."""
    numbers = _read(token)
    if numbers is None or not Merchant.objects.filter(pk=numbers[0]).exists():
        return None
    return numbers[0]


def conversation_behind(recipient: str) -> int:
    """Row number of the conversation that the address names; 0 where it names none."""
    mark, _dash, token = recipient.strip().partition("@")[0].partition("-")
    numbers = _read(token) if mark.lower() == MARK else None
    return numbers[1] if numbers else 0


def _read(token: str) -> tuple[int, int] | None:
    try:
        number = row_number(_KIND, token)
    except UnknownId:
        return None
    return number >> _BITS, number & ((1 << _BITS) - 1)
