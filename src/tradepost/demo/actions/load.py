"""Loads the whole story into an empty installation. Deterministic but for the calendar."""

from django.db import transaction
from django.utils import timezone
from django_scopes import scope

from tradepost.demo.actions.people import create_contacts, create_team
from tradepost.merchants.models import Merchant


class NotEmpty(Exception):
    """There are merchants already; a demo among real shops would confuse everybody."""


def is_empty() -> bool:
    return not Merchant.objects.exists()


def load_demo() -> Merchant:
    """One transaction: the demo is there whole or not at all. Sends nothing.

    Raises:
        NotEmpty
    """
    if not is_empty():
        raise NotEmpty
    now = timezone.now()
    with transaction.atomic():
        merchant, _owner = create_team()
        with scope(merchant=merchant):
            create_contacts(merchant, now)
    return merchant
