"""Restrictions and objections at the point of use (promises choice.restrict, choice.object).

Whoever is about to use a person's data for a purpose asks here first, at the moment of acting: exports,
the API, edits by staff, mails (through the post's own question), imports, measuring. Nothing else decides.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.datamap.vocabulary import Purpose
from tradepost.lib import clock
from tradepost.rights.models import Stop

# What goes on under a restriction: the person's own rights, duties of law, and legal claims, such as money that the
# person is owed: who gives it back uses the data for that purpose (Art. 18(2) GDPR).
EXEMPT = frozenset({Purpose.LEGAL, Purpose.SECURITY})
# What can be objected to one by one. Orders, bills and service rest on a contract.
OBJECTIONABLE = (Purpose.NEWSLETTERS, Purpose.PROMOTIONS, Purpose.STATISTICS, Purpose.SUPPORT)


class UseStopped(Exception):
    """The person stopped this use of their data; the text says so."""


def _standing(merchant_id: int | None, purpose: Purpose) -> QuerySet[Stop]:
    """Stops that cover the purpose; none for what is exempt."""
    with scopes_disabled():
        if purpose in EXEMPT:
            return Stop.objects.none()
        return Stop.objects.filter(
            Q(purpose="") | Q(purpose=purpose.value), merchant=merchant_id, lifted_at=None
        )


def may_process(merchant: Model | None, email: str, purpose: Purpose) -> bool:
    """Whether this person's data may be used for this purpose now. ``email`` is normalised."""
    key = email_key(email)
    merchant_id = merchant.pk if merchant else None
    return not _standing(merchant_id, purpose).filter(subject_key=key).exists()


def refuse_stopped(merchant: Model | None, email: str, purpose: Purpose) -> None:
    """Raises: UseStopped."""
    if not may_process(merchant, email, purpose):
        raise UseStopped(
            _("This person has stopped this use of their data. It may only be kept, or erased.")
        )


def not_written_to(
    merchant: Model | None, addresses: Collection[str], purpose: Purpose
) -> set[str]:
    """What the post asks of its mails to customers. Members are written to by the operator, without a merchant."""
    if merchant is None:
        return set()
    keys = {email_key(address): address for address in addresses}
    stopped = _standing(merchant.pk, purpose).filter(subject_key__among=keys.keys())
    return {keys[key] for key in stopped.values_list("subject_key", flat=True)}


def stopped_addresses(merchant: Model | None, purpose: Purpose) -> QuerySet[Model, object]:
    """The same as addresses, for rows that hold no hash; see ``Stop.email``."""
    merchant_id = merchant.pk if merchant else None
    return _standing(merchant_id, purpose).exclude(email="").values("email")


def stopped_keys(merchant: Model | None, purpose: Purpose) -> QuerySet[Any, Any]:
    """The keyed hashes of everybody who must be left out, for ``email_key__in`` and the like."""
    merchant_id = merchant.pk if merchant else None
    return _standing(merchant_id, purpose).values("subject_key")


def without_stopped[Row: Model](
    rows: QuerySet[Row], *, merchant: Model | None, purpose: Purpose, key: str = "email_key"
) -> QuerySet[Row]:
    """The rows whose person may be processed; ``key`` is the path to the keyed hash."""
    return rows.exclude(**{f"{key}__in": stopped_keys(merchant, purpose)})


def end_restriction(ref: SubjectRef) -> bool:
    """The person lifts it, or there is nothing left to restrict. Objections go on."""
    with scopes_disabled():
        standing = Stop.objects.filter(
            merchant=ref.merchant_id, subject_key=ref.key, purpose="", lifted_at=None
        )
        return bool(standing.update(lifted_at=clock.now()))


def stops_of(ref: SubjectRef) -> list[Stop]:
    """What this person has stopped and not lifted."""
    with scopes_disabled():
        return list(
            Stop.objects.filter(
                merchant=ref.merchant_id, subject_key=ref.key, lifted_at=None
            ).order_by("since")
        )
