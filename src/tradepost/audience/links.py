"""Addresses that only their reader can know: encrypted row numbers, each kind under its own name.

The token in a link is not the ``public_id`` that the back office and the API show, so that a member
of staff cannot put together a link that acts for a person.
"""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.audience.models import Contact, OptInForm, PendingSubscription
from tradepost.datamap.columns.opaque_id import public_id, public_ids, row_number
from tradepost.lib.opaque import UnknownId
from tradepost.merchants.models import Merchant

_CONFIRM = "audience.confirm"
_PREFERENCES = "audience.preferences"


def confirm_url(pending: PendingSubscription) -> str:
    address = reverse("audience:confirm", args=[public_id(_CONFIRM, pending.pk)])
    return f"{settings.TRADEPOST.base_url}{address}"


def pending_of(token: str) -> PendingSubscription | None:
    """None for a forged, used or outlived link: they look the same. Any merchant's."""
    try:
        number = row_number(_CONFIRM, token)
    except UnknownId:
        return None
    with scopes_disabled():
        rows = PendingSubscription.objects.select_related("merchant", "contact_list")
        return rows.filter(pk=number).first()


def preferences_token(contact_id: int) -> str:
    return public_id(_PREFERENCES, contact_id)


def preferences_url(contact_id: int) -> str:
    """The page where this person settles lists, language, tracking; also the way to unsubscribe."""
    address = reverse("audience:preferences", args=[preferences_token(contact_id)])
    return f"{settings.TRADEPOST.base_url}{address}"


def preferences_urls(contact_ids: Iterable[int]) -> list[str]:
    """The same for many: the address is looked up once."""
    head, _token, tail = preferences_url(0).rpartition(preferences_token(0))
    return [f"{head}{token}{tail}" for token in public_ids(_PREFERENCES, contact_ids)]


def contact_of(token: str) -> Contact | None:
    """Any merchant's contact; open its scope before going on. None: the link is ours, and the person
    is gone, with the shop or alone.

    Raises: Http404, for what is no link of ours.
    """
    try:
        number = row_number(_PREFERENCES, token)
    except UnknownId:
        raise Http404 from None
    with scopes_disabled():
        return Contact.objects.select_related("merchant").filter(pk=number).first()


def secrets_of(merchant: Merchant) -> Iterator[str]:
    """What stands in links to the shop's forms and in letters that ask for a confirmation.

    Without the preference links: those of a contact who is gone say so themselves.
    """
    with scopes_disabled():
        for optin in OptInForm.objects.filter(merchant=merchant).iterator():
            yield optin.public_id
        waiting = PendingSubscription.objects.filter(merchant=merchant)
        for number in waiting.values_list("pk", flat=True).iterator():
            yield public_id(_CONFIRM, number)
