"""Joins the payments room to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.datamap.processors import PartyRole, Processor
from tradepost.datamap.rooms import FirstStep, Periodic, Room
from tradepost.datamap.vocabulary import KeepRule, Kind, Purpose
from tradepost.merchants import closing
from tradepost.payments.actions.labels import LABELS
from tradepost.payments.events import EVENTS
from tradepost.payments.gateways import bank_transfer, on_delivery, stripe
from tradepost.payments.gateways.stripe.client import (
    PROCESSOR,
    hosts,
    is_in_use,
    is_used_by,
    stand_in_allowed,
)
from tradepost.payments.queries import intent_links, payment_methods
from tradepost.payments.registry import gateways

room = Room(
    name="payments",
    events=EVENTS,
    actions=LABELS,
    schedule=(
        Periodic(
            name="ask payment providers about what is open",
            every=timedelta(minutes=5),
            call="tradepost.payments.actions.reconcile.reconcile",
        ),
    ),
    extensions=(
        closing.links.adding(intent_links),
        gateways.adding(
            {it.gateway.name: it.gateway for it in (bank_transfer, on_delivery, stripe)}
        ),
    ),
    keep_rules=(
        KeepRule(
            id="payments.intent",
            label="Payments",
            since="the order that it pays goes",
            why="a payment can be given back, disputed and accounted for as long as its order is kept",
            carried_by="the order's own rule, which takes its payments along",
        ),
    ),
    processors=(
        Processor(
            id=PROCESSOR,
            name="Stripe Payments Europe, Ltd.",
            role=PartyRole.PAYMENT,
            what=(Kind.EMAIL, Kind.PAYMENT),
            why=_("carries out payments of shops that offer it; told e-mail address and sum"),
            purposes=(Purpose.ORDERS,),
            country="IE",
            safeguard=_(
                "in the European Union; onward to the USA under the EU-US Data Privacy Framework"
            ),
            hosts=hosts,
            active=is_in_use,
            used_by=is_used_by,
            stand_in_allowed=stand_in_allowed,
        ),
    ),
    first_steps=(
        FirstStep(
            title=_("Say how you are paid"),
            why=_("By bank transfer, on delivery, by card."),
            url_name="payments_office:gateways",
            done=lambda merchant: bool(payment_methods(merchant)),
            order=40,
            missing=_("Nobody can order."),
        ),
    ),
)
