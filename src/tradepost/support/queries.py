"""Every read of the support desk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django_scopes import get_scope

from tradepost.identity.models import User
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.merchants.models import Membership, Merchant
from tradepost.modules.team import role_permissions
from tradepost.orders.models import Order
from tradepost.support.models import Conversation, Message, MessageFile, SavedReply
from tradepost.support.types import CHANGE_SUPPORT, ConversationState, MessageKind

ALL, MINE, NOBODYS = "all", "mine", "nobodys"
BESIDE = 5  # orders and earlier talks beside a conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationFilter:
    """What the queue can be narrowed by; empty values do nothing. ``search``: a number or an address."""

    state: str = ""
    whose: str = ""
    tag: str = ""
    search: str = ""


def conversations_of(
    merchant: Merchant | None, chosen: ConversationFilter | None = None, user: User | None = None
) -> QuerySet[Conversation]:
    """Newest message first; the page of the queue goes by keys (``ui.paging``)."""
    chosen = chosen or ConversationFilter()
    rows = Conversation.objects.filter(merchant=merchant)
    if chosen.state in ConversationState.values:
        rows = rows.filter(state=chosen.state)
    if chosen.whose == MINE and user is not None:
        rows = rows.filter(assigned_to=user)
    elif chosen.whose == NOBODYS:
        rows = rows.filter(assigned_to=None)
    if chosen.tag:
        rows = rows.filter(tags__word=chosen.tag.strip().lower())
    if chosen.search:
        rows = _found(rows, chosen.search.strip())
    return rows.order_by("-last_at", "-pk")


def _found(rows: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    bare = words.removeprefix("#")
    if bare.isascii() and bare.isdigit() and len(bare) < 10:
        return rows.filter(number=int(bare))
    try:
        return rows.filter(email=normalise_email(words))
    except InvalidEmail:
        return rows.none()


def with_desk(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Who answers, and the tags, in one more query however many rows."""
    return rows.select_related("assigned_to", "shop").prefetch_related("tags")


def messages_of(conversation: Conversation) -> QuerySet[Message]:
    return conversation.messages.select_related("author").prefetch_related("files").order_by("pk")


def messages_for_person(conversation: Conversation) -> QuerySet[Message]:
    """What the person's page shows: never a note."""
    return messages_of(conversation).exclude(kind=MessageKind.NOTE)


def by_token(token: str) -> Conversation | None:
    """Call without a scope: the token is the key."""
    rows = Conversation.objects.select_related("merchant").exclude(merchant=None)
    return rows.filter(token=token[:64]).first() if token.isprintable() else None


def file_for_person(conversation: Conversation, file_id: str) -> MessageFile:
    """Raises: Http404, for a file of a note or another conversation, too."""
    shown = (MessageKind.ASKED, MessageKind.ANSWER)
    return MessageFile.get_or_404(
        file_id, message__conversation=conversation, message__kind__in=shown
    )


def colleagues(merchant: Merchant | None) -> list[User]:
    """Who may answer for the shop, or for the operator, by name."""
    if merchant is None:
        return sorted(User.objects.filter(is_operator=True, is_active=True), key=_name_of)
    roles = [name for name, holds in role_permissions.items() if CHANGE_SUPPORT in holds]
    team = Membership.objects.filter(merchant=merchant, role__in=roles).select_related("user")
    return sorted((one.user for one in team), key=_name_of)


def _name_of(user: User) -> str:
    return (user.name or user.email).lower()


def asked_by(user: User, shop: Merchant) -> QuerySet[Conversation]:
    """What a member asked the operator for this shop; nobody else of the team sees it. Needs scopes disabled."""
    rows = Conversation.objects.filter(merchant=None, shop=shop, email=user.email.lower())
    return rows.select_related("shop").order_by("-last_at", "-pk")


def saved_replies(merchant: Merchant) -> QuerySet[SavedReply]:
    return SavedReply.objects.filter(merchant=merchant)


def waiting_count(merchant: Merchant, most: int) -> int:
    rows = Conversation.objects.filter(merchant=merchant, state=ConversationState.OPEN)
    return rows.order_by().values("pk")[: most + 1].count()


def earlier_talks(conversation: Conversation) -> QuerySet[Conversation]:
    """Of the same person with the same shop."""
    same = {"merchant": conversation.merchant, "shop": conversation.shop}
    rows = Conversation.objects.filter(email=conversation.email, **same)
    return rows.exclude(pk=conversation.pk).order_by("-last_at", "-pk")[:BESIDE]


def orders_beside(conversation: Conversation) -> QuerySet[Order]:
    rows = Order.objects.filter(merchant=conversation.merchant, email=conversation.email)
    return rows.order_by("-number")[:BESIDE]


def names_in_record(numbers: Sequence[int]) -> dict[int, str]:
    """What the access record calls conversations; one that is gone has no name any more."""
    shop = get_scope()["merchant"]
    rows = Conversation._base_manager.filter(pk__in=numbers).values_list("pk", "number", "merchant")
    return {pk: f"#{number}" for pk, number, merchant_id in rows if merchant_id == shop.pk}


def page_secrets(merchant: Merchant) -> Iterator[str]:
    """The keys of the pages that customers of the shop hold links to."""
    rows = Conversation._base_manager.filter(merchant=merchant.pk)
    yield from rows.values_list("token", flat=True).iterator()
