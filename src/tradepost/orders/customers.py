"""Reads about people by what they bought."""

from django.db.models import OuterRef, Subquery
from django_scopes import scopes_disabled

from tradepost.merchants.models import Merchant
from tradepost.notice.transitions.people import ToldPerson
from tradepost.orders.models import Order
from tradepost.orders.models.customer import CustomerTotal


def buyers_after(merchant: Merchant, number: int, count: int) -> list[ToldPerson]:
    """The next so many who bought and are no contacts, in order of their rows; who paid in two currencies has two.

    They read the language of their last order.
    """
    theirs = Order._base_manager.filter(merchant=merchant, email=OuterRef("email"))
    with scopes_disabled():
        rows = CustomerTotal.objects.filter(merchant=merchant, contact=None, pk__gt=number)
        language = Subquery(theirs.order_by("-pk").values("language")[:1])
        found = rows.order_by("pk").annotate(language=language)
        return [ToldPerson(*row) for row in found.values_list("pk", "email", "language")[:count]]
