"""Writing a bulletin, sending it to all shops, taking it back, marking it as read."""

from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.bulletins.models import Bulletin, BulletinRead
from tradepost.bulletins.types import BulletinKind, NotADraft
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


@transaction.atomic
def write_bulletin(
    *, kind: str, title: str, words: str, by: Actor, bulletin: Bulletin | None = None
) -> Bulletin:
    """A new draft, or another text of one.

    Raises: NotADraft; ValueError, for a kind that is none.
    """
    kind = BulletinKind(kind).value
    row = Bulletin.objects.select_for_update().get(pk=bulletin.pk) if bulletin else Bulletin()
    if row.sent_at is not None:
        raise NotADraft
    row.kind, row.title, row.words = kind, title, words
    row.save()
    record(actor=by, action="bulletins.write", target=row)
    return row


@transaction.atomic
def send_bulletin(*, bulletin: Bulletin, by: Actor) -> bool:
    """From now on the offices show it, and the clockwork mails it to every contact address, once.

    Pressed twice, or by two operators, it goes out once. Returns whether this call did it.
    """
    row = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if row.sent_at is not None:
        return False
    row.sent_at = clock.now()
    row.save(update_fields=["sent_at"])
    record(actor=by, action="bulletins.send", target=row, detail={"kind": row.kind})
    return True


@transaction.atomic
def withdraw_bulletin(*, bulletin: Bulletin, by: Actor) -> bool:
    """The offices show it no more, and whoever was not written to is not. Mail that left, left."""
    row = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if not row.is_out:
        return False
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    record(actor=by, action="bulletins.withdraw", target=row)
    return True


@transaction.atomic
def mark_read(*, bulletin: Bulletin, merchant: Merchant, by: Actor) -> bool:
    """For the whole team of the shop. Needs its scope. Returns whether it was news."""
    _row, is_new = BulletinRead.objects.get_or_create(merchant=merchant, bulletin=bulletin)
    if is_new:
        record(actor=by, action="bulletins.read", target=bulletin, merchant_id=merchant.pk)
    return is_new
