"""Orders, contacts, accounts and shops that were deleted, and members who were shut out: by the record."""

from collections.abc import Callable, Iterator
from datetime import datetime

from tradepost.audience.models import Contact
from tradepost.audit.models import Entry
from tradepost.audit.types import Actor
from tradepost.backups.ledger.book import Fact, digest_of, number
from tradepost.backups.models import Replayed
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.merchants.actions.close import close_one
from tradepost.merchants.models import Membership, Merchant
from tradepost.orders.models import Order
from tradepost.payments.actions.forget import forget_payments

KIND = "deletion"


def facts(since: datetime) -> Iterator[Fact]:
    rows = Entry.objects.filter(action__in=_again, at__gte=since).order_by()
    for row in rows.iterator(chunk_size=2000):
        yield {
            "kind": KIND,
            "at": row.at.isoformat(),
            "action": row.action,
            "number": row.target.rpartition(":")[2],
            "tenant": row.merchant_id,
            "seal": row.seal,
        }


def replay(found: list[Fact], by: Actor) -> int:  # noqa: ARG001  every kind is called so
    """What the restored record does not know, and no restore did before."""
    known = set(Entry.objects.filter(action__in=_again).values_list("seal", flat=True))
    done = 0
    for fact in found:
        digest = digest_of(fact)
        if fact["seal"] in known or Replayed.objects.filter(digest=digest).exists():
            continue
        again = _again[str(fact["action"])]
        done += again(int(fact["number"] or 0), number(fact, "tenant") or 0)
        Replayed.objects.create(digest=digest)
    return done


def _order(row: int, tenant: int) -> bool:
    order = Order._base_manager.filter(pk=row, merchant_id=tenant).first()
    if order is None:
        return False
    forget_payments(merchant=order.merchant, references=[order.reference])
    order.delete()
    return True


def _contact(row: int, tenant: int) -> bool:
    return bool(Contact._base_manager.filter(pk=row, merchant_id=tenant).delete()[0])


def _account(row: int, _tenant: int) -> bool:
    return bool(User.objects.filter(pk=row).delete()[0])


def _member(row: int, tenant: int) -> bool:
    return bool(Membership._base_manager.filter(user=row, merchant_id=tenant).delete()[0])


def _shop(row: int, _tenant: int) -> bool:
    found = Merchant.objects.filter(pk=row).update(closing_at=clock.now())
    if found:
        close_one.call(row)
    return bool(found)


_again: dict[str, Callable[[int, int], bool]] = {
    "orders.delete": _order,
    "audience.delete_contact": _contact,
    "identity.delete_account": _account,
    "merchants.remove_member": _member,
    "merchants.close": _shop,
}
