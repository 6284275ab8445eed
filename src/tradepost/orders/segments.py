"""What segments may ask about orders: bought, spent, none since; and who bought at all.

All three go over indexes by merchant and e-mail; "spent" reads what is kept of each customer (``actions.totals``).
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, date, datetime, time

from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes import scopes_disabled

from tradepost.audience.models import Segment
from tradepost.audience.segments import Candidates, ConditionKind, name_of
from tradepost.audience.segments.definition import Node, conditions
from tradepost.audience.segments.registry import Values
from tradepost.catalog.models import Product
from tradepost.lib.money import Money, MoneyError
from tradepost.merchants.models import Merchant
from tradepost.merchants.money import AmountColumns, ConversionRate
from tradepost.notice.transitions.people import ToldPerson
from tradepost.orders.models import CustomerTotal, Order, OrderLine
from tradepost.ui.problems import problem_of
from tradepost.ui.templatetags.ui import money

SPENT = "orders.spent"


def _orders(merchant: Merchant) -> QuerySet[Order]:
    """The orders of the contact at hand that were not cancelled."""
    return Order.objects.filter(
        merchant=merchant, email=OuterRef("email"), cancelled_at=None
    ).order_by()


def _bought_fields(merchant: Merchant) -> Mapping[str, forms.Field]:
    products = Product.objects.filter(merchant=merchant).order_by("name")
    choices = [(str(number), name) for number, name in products.values_list("pk", "name")]
    return {"product": forms.ChoiceField(label=_("Product"), choices=choices)}


def _bought(merchant: Merchant, values: Values) -> Q:
    lines = OrderLine.objects.filter(
        merchant=merchant,
        product_id=int(values["product"]),
        order__merchant=merchant,
        order__email=OuterRef("email"),
        order__cancelled_at=None,
    )
    return Q(Exists(lines.order_by()))


def _customers(merchant: Merchant, values: Values) -> Candidates:  # noqa: ARG001  the form of every condition
    """Whoever ordered anything in any currency: no index of an order's lines knows contacts."""
    rows = _totals(merchant).filter(contact__isnull=False).values_list("contact_id", flat=True)
    return Candidates(found=rows.distinct(), walked=rows.distinct())


def _totals(merchant: Merchant) -> QuerySet[CustomerTotal]:
    return CustomerTotal.objects.filter(merchant=merchant)


def _bought_in_words(merchant: Merchant, values: Values) -> str:
    name = name_of(Product.objects.filter(merchant=merchant), int(values["product"]))
    return _("bought %(product)s") % {"product": name or _("a product that no longer exists")}


def _spent_fields(merchant: Merchant) -> Mapping[str, forms.Field]:
    return {
        "amount": forms.CharField(
            label=_("More than (%(currency)s)") % {"currency": merchant.currency}, max_length=20
        )
    }


def _clean_amount(merchant: Merchant, values: Values) -> Values:
    """Raises: ValueError."""
    try:
        amount = Money.parse(str(values["amount"]), merchant.currency)
    except MoneyError as problem:
        raise ValueError(problem_of(problem)) from None
    return values | {"amount": amount.plain()}


def _spent(merchant: Merchant, values: Values) -> Q:
    return Q(Exists(_big(merchant, values).filter(email=OuterRef("email"))))


def _big(merchant: Merchant, values: Values) -> QuerySet[CustomerTotal]:
    limit = Money.parse(str(values["amount"]), merchant.currency).minor
    return _totals(merchant).filter(currency=merchant.currency, spent_minor__gt=limit)


def _big_spenders(merchant: Merchant, values: Values) -> Candidates:
    limit = Money.parse(str(values["amount"]), merchant.currency).minor
    known = _totals(merchant).filter(currency=merchant.currency, contact__isnull=False)
    # The sum keeps the database from the index of sums, which is in no order of contacts.
    walked = known.alias(spent=F("spent_minor") + 0).filter(spent__gt=limit)
    return Candidates(
        found=known.filter(spent_minor__gt=limit).values_list("contact_id", flat=True),
        walked=walked.values_list("contact_id", flat=True),
    )


def _spent_in_words(merchant: Merchant, values: Values) -> str:
    amount = Money.parse(str(values["amount"]), merchant.currency)
    return _("spent more than %(amount)s") % {"amount": money(amount)}


def _since_fields(merchant: Merchant) -> Mapping[str, forms.Field]:  # noqa: ARG001  the form of every condition
    return {
        "since": forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}))
    }


def _none_since(merchant: Merchant, values: Values) -> Q:
    """Also true for people who never ordered."""
    day = date.fromisoformat(str(values["since"]))
    since = datetime.combine(day, time.min, tzinfo=UTC)
    return ~Q(Exists(_orders(merchant).filter(placed_at__gte=since)))


def _none_since_in_words(merchant: Merchant, values: Values) -> str:  # noqa: ARG001  the form of every condition
    return _("have not ordered since %(day)s") % {
        "day": date_format(date.fromisoformat(str(values["since"])))
    }


def _with_amounts(merchant: Merchant) -> QuerySet[Segment]:
    """Those that ask for a sum of money, which is kept as text in the shop's currency."""
    rows = Segment.objects.filter(merchant=merchant)
    asked = [
        row.pk for row in rows if any(part["kind"] == SPENT for part in conditions(row.definition))
    ]
    return rows.filter(pk__in=asked)


def _converted(segment: Segment, rate: ConversionRate) -> Node:
    definition: Node = deepcopy(segment.definition)
    for part in conditions(definition):
        if part["kind"] == SPENT:
            old = Money.parse(str(part["values"]["amount"]), rate.old)
            part["values"]["amount"] = Money(rate(old.minor), rate.new).plain()
    return definition


AMOUNTS = AmountColumns(
    label=gettext_lazy("Segments by money spent"),
    rows=_with_amounts,
    packed={"definition": _converted},
)
CONDITIONS = (
    ConditionKind(
        id="orders.bought",
        label=gettext_lazy("Bought a product"),
        fields=_bought_fields,
        query=_bought,
        explain=_bought_in_words,
        candidates=_customers,
    ),
    ConditionKind(
        id=SPENT,
        label=gettext_lazy("Spent over"),
        fields=_spent_fields,
        query=_spent,
        explain=_spent_in_words,
        clean=_clean_amount,
        candidates=_big_spenders,
    ),
    ConditionKind(
        id="orders.none-since",
        label=gettext_lazy("No order since"),
        fields=_since_fields,
        query=_none_since,
        explain=_none_since_in_words,
    ),
)


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
