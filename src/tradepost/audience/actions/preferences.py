"""A person settles their own preferences, behind the link in every mail."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audience.actions.contacts import change_contact, put_on_list
from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.actions.welcome_back import welcome_back
from tradepost.audience.consent import records
from tradepost.audience.models import ConsentRecord, Contact, ContactList
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource, MembershipState
from tradepost.audit.actions import record
from tradepost.audit.types import PERSON

HOW = "preference page"


def settle_preferences(
    *,
    contact: Contact,
    offered: Iterable[ContactList],
    chosen: set[int],
    tracking: bool,
    network: str = "",
    **said: str,
) -> None:
    """Make lists, tracking and the fields of the contact what the person says now.

    ``offered``: the lists that were on the page; others stay as they are. Joining here needs no second
    mail: the signed link reached the owner of the address.
    """
    with transaction.atomic():
        on = _subscribed(contact)
        for one in offered:
            if one.pk in chosen and one.pk not in on:
                _join(contact, one, network)
            elif one.pk not in chosen and one.pk in on:
                unsubscribe(contact=contact, contact_list=one, how=HOW, by=PERSON)
        _settle_tracking(contact, network, wanted=tracking)
        change_contact(contact=contact, by=PERSON, email=None, fields=None, **said)


def _subscribed(contact: Contact) -> set[int]:
    rows = contact.memberships.filter(state=MembershipState.SUBSCRIBED)
    return set(rows.values_list("contact_list_id", flat=True))


def _join(contact: Contact, one: ContactList, network: str) -> None:
    text = _("I want to receive “%(list)s” by e-mail and can leave at any time.") % {
        "list": one.name
    }
    given = _give(contact, ConsentKind.NEWSLETTER, text, network, one)
    put_on_list(contact=contact, contact_list=one, consent=given)
    welcome_back(merchant=contact.merchant, address=contact.email)
    record(
        actor=PERSON,
        action="audience.subscribe",
        target=contact,
        merchant_id=contact.merchant_id,
        detail={"list": one.pk},
    )


def _settle_tracking(contact: Contact, network: str, *, wanted: bool) -> None:
    held = records.has_consent(
        merchant=contact.merchant, email=contact.email, kind=ConsentKind.TRACKING
    )
    if wanted and not held:
        text = _("You may measure which mails I open and which links I follow.")
        _give(contact, ConsentKind.TRACKING, text, network, None)
    elif held and not wanted:
        records.withdraw_consent(
            merchant=contact.merchant, email=contact.email, kind=ConsentKind.TRACKING, how=HOW
        )


def _give(
    contact: Contact, kind: ConsentKind, text: str, network: str, one: ContactList | None
) -> ConsentRecord:
    return records.record_consent(
        merchant=contact.merchant,
        email=contact.email,
        kind=kind,
        wording=records.wording(merchant=contact.merchant, kind=kind, text=text),
        contact_list=one,
        source=ContactSource.PREFERENCES,
        where=HOW,
        network=network,
        confirmed_by=Confirmation.SIGNED_PAGE,
    )
