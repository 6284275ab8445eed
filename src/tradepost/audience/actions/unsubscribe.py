"""Leaving: one list or all of them. Always works, twice does no harm."""

from django.db import transaction

from tradepost.audience.consent import records
from tradepost.audience.events import Unsubscribed
from tradepost.audience.models import Contact, ContactList, ListMembership
from tradepost.audience.types import ConsentKind, MembershipState
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.lib import clock
from tradepost.modules.events import publish


def unsubscribe(
    *,
    contact: Contact,
    how: str,
    by: Actor,
    contact_list: ContactList | None = None,
    reason: str = "",
) -> None:
    """End the consent to news and every membership that rests on it.

    ``how``: "one-click", "unsubscribe page", "reply by mail", "complaint", "preference page", "API" …
    Without ``contact_list`` all news and promotions end.
    """
    with transaction.atomic():
        ending = ListMembership.objects.filter(contact=contact, state=MembershipState.SUBSCRIBED)
        if contact_list is not None:
            ending = ending.filter(contact_list=contact_list)
        ended = ending.update(
            state=MembershipState.UNSUBSCRIBED,
            ended_at=clock.now(),
            reason=(reason or how)[:200],
        )
        kinds = [ConsentKind.NEWSLETTER]
        if contact_list is None:
            kinds.append(ConsentKind.PROMOTIONS)
        for kind in kinds:
            records.withdraw_consent(
                merchant=contact.merchant,
                email=contact.email,
                kind=kind,
                how=how,
                contact_list=contact_list,
            )
        record(
            actor=by,
            action="audience.unsubscribe",
            target=contact,
            merchant_id=contact.merchant_id,
            detail={"lists": ended, "how": how},
        )
        left = Unsubscribed(
            contact_id=contact.pk, list_id=contact_list.pk if contact_list else None, how=how
        )
        publish(left, merchant_id=contact.merchant_id)
