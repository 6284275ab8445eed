"""What a buyer can choose between at the checkout, and what the choice comes to."""

from dataclasses import dataclass
from functools import cached_property

from tradepost.audience.models import ContactList
from tradepost.checkout.addresses import country_choices
from tradepost.checkout.pricing.quote import (
    Contents,
    DeliveryChoice,
    Quote,
    delivery_choices,
    quote_of,
)
from tradepost.checkout.queries import delivery_countries, newsletter_list
from tradepost.merchants.suspension import ShopActivity, is_stopped
from tradepost.payments.queries import payment_methods, reasons_against

Countries = list[tuple[str, str]]


@dataclass(frozen=True)
class CheckoutChoices:
    """``wanted_…``: what was chosen on the page, if anything; what is not offered gives way to what is."""

    contents: Contents
    wanted_country: str = ""
    wanted_delivery: str = ""

    @cached_property
    def countries(self) -> Countries:
        return country_choices(delivery_countries(self.contents.merchant))

    @cached_property
    def country(self) -> str:
        home = self.contents.merchant.home_country
        wanted = (self.wanted_country, self.contents.cart.country or home)
        return offered_country(self.countries, *wanted) or home

    @cached_property
    def deliveries(self) -> list[DeliveryChoice] | None:
        """None: nothing has to be sent, or the shop settles delivery by itself."""
        return delivery_choices(self.contents, self.country)

    @cached_property
    def delivery(self) -> DeliveryChoice | None:
        """The chosen way, or the first one."""
        choices = self.deliveries or []
        chosen = (one for one in choices if one.key == self.wanted_delivery)
        return next(chosen, choices[0] if choices else None)

    @property
    def cannot_deliver(self) -> bool:
        return self.deliveries == []

    @property
    def offers_collecting(self) -> bool:
        """Then the choice of delivery comes first: it settles which address is asked for."""
        return any(choice.is_collected for choice in self.deliveries or [])

    @property
    def collects(self) -> bool:
        return self.delivery is not None and self.delivery.is_collected

    @property
    def collect_at(self) -> str:
        method = self.delivery.method if self.delivery else None
        return method.collect_at if method and self.collects else ""

    @cached_property
    def quote(self) -> Quote:
        """Where the goods are handed over settles the tax: in the shop, if they are collected."""
        home = self.contents.merchant.home_country
        return quote_of(self.contents, home if self.collects else self.country, self.delivery)

    @cached_property
    def payments(self) -> list[tuple[str, str]]:
        """Ways of paying for this cart, delivered that way: name and label."""
        quote = self.quote
        ways = payment_methods(
            quote.merchant, quote.totals.total, brought=quote.suits_payment_on_delivery
        )
        wanted = quote.payments
        return [(name, str(label)) for name, label in ways if not wanted or name in wanted]

    @property
    def cannot_be_paid(self) -> bool:
        """Neither this way of delivery nor another one goes with a way of paying."""
        return not self.payments and len(self.deliveries or []) < 2

    @cached_property
    def payment_problems(self) -> list[str]:
        """Why a way of paying is missing, where none is left."""
        if self.payments:
            return []
        quote = self.quote
        return reasons_against(quote.merchant, quote.totals.total, brought=quote.is_brought)

    @property
    def can_be_ordered(self) -> bool:
        """Something is in the cart, and the page has a form to order it with."""
        closed = self.contents.merchant.is_closed or self.takes_no_orders
        return bool(self.contents.lines) and not (closed or self.cannot_be_paid)

    @property
    def takes_no_orders(self) -> bool:
        """The operator has stopped that for now."""
        return is_stopped(self.contents.merchant, ShopActivity.SELLING)

    @cached_property
    def news_list(self) -> ContactList | None:
        return newsletter_list(self.contents.settings)


def offered_country(offered: Countries, *wanted: str) -> str:
    """The first that is wanted and offered, else the first that is offered; empty where none is."""
    codes = [code for code, _name in offered]
    return next((code for code in wanted if code in codes), codes[0] if codes else "")
