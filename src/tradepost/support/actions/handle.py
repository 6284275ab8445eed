"""What the desk does with a conversation besides writing: close it, give it to somebody, tag it."""

from collections.abc import Iterable

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.lib.typed_text import typed
from tradepost.support.actions.write import lock
from tradepost.support.models import Conversation, ConversationTag
from tradepost.support.queries import colleagues
from tradepost.support.types import ConversationState, NoSuchMember

MOST_TAGS = 10


def close(*, conversation: Conversation, by: Actor) -> Conversation:
    """Nothing is left to do. The person's next message opens it again. Twice is once."""
    with transaction.atomic():
        row = lock(conversation)
        if row.state != ConversationState.CLOSED:
            row.state, row.closed_at = ConversationState.CLOSED, clock.now()
            row.save(update_fields=["state", "closed_at"])
            record(actor=by, action="support.close", target=row, merchant_id=row.merchant_id)
    return row


def reopen(*, conversation: Conversation, by: Actor) -> Conversation:
    """Undo of :func:`close`; it is the shop's turn. Twice is once."""
    with transaction.atomic():
        row = lock(conversation)
        if row.state == ConversationState.CLOSED:
            row.state, row.closed_at = ConversationState.OPEN, None
            row.save(update_fields=["state", "closed_at"])
            record(actor=by, action="support.reopen", target=row, merchant_id=row.merchant_id)
    return row


def assign(*, conversation: Conversation, to: User | None, by: Actor) -> Conversation:
    """None takes it from whoever had it. Twice is once. Raises: NoSuchMember."""
    with transaction.atomic():
        row = lock(conversation)
        if to is not None and to not in colleagues(row.merchant):
            raise NoSuchMember
        if row.assigned_to_id != (to.pk if to else None):
            row.assigned_to = to
            row.save(update_fields=["assigned_to"])
            record(actor=by, action="support.assign", target=row, merchant_id=row.merchant_id)
    return row


def set_tags(*, conversation: Conversation, words: Iterable[str], by: Actor) -> set[str]:
    """These and no others; in small letters. Twice is once."""
    wanted = {typed(word, 40).lower() for word in words} - {""}
    wanted = set(sorted(wanted)[:MOST_TAGS])
    with transaction.atomic():
        row = lock(conversation)
        known = set(row.tags.values_list("word", flat=True))
        if wanted != known:
            row.tags.exclude(word__in=wanted).delete()
            ConversationTag.objects.bulk_create(
                ConversationTag(conversation=row, word=word) for word in sorted(wanted - known)
            )
            record(actor=by, action="support.tag", target=row, merchant_id=row.merchant_id)
    return wanted
