"""Joins the orders room to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.audience.segments import conditions_added
from tradepost.catalog.types import SEE_CATALOG
from tradepost.datamap.catalogue import figures_kept
from tradepost.datamap.events import Subscription
from tradepost.datamap.processors import WHEREVER, PartyRole, Processor
from tradepost.datamap.rooms import (
    FirstStep,
    MailTemplate,
    NavigationEntry,
    NavigationGroup,
    Periodic,
    Room,
    TeamRole,
)
from tradepost.datamap.vocabulary import Purpose
from tradepost.law import facts as law
from tradepost.merchants import closing
from tradepost.merchants.money import amount_columns
from tradepost.merchants.types import HOME, SEE_SETTINGS
from tradepost.notice.figures import figures, period_kept
from tradepost.notice.transitions.people import people_told
from tradepost.orders import law_checks, receivers, retention, segments
from tradepost.orders.actions import totals
from tradepost.orders.actions.export import remove_exports_of
from tradepost.orders.actions.labels import LABELS
from tradepost.orders.actions.remote import (
    KINDS,
    PROCESSOR,
    hosts,
    is_in_use,
    this_machine_allowed,
)
from tradepost.orders.closing import disputed_orders, order_links, waiting_orders
from tradepost.orders.events import EVENTS
from tradepost.orders.models import Order
from tradepost.orders.queries import missing_of_seller, names_in_record
from tradepost.orders.tiles import TILES
from tradepost.orders.types import CHANGE_ORDERS, SEE_ORDERS
from tradepost.payments.events import LedgerLineWritten
from tradepost.rights.record.words import row_names
from tradepost.rights.restrictions.holds import holds
from tradepost.rights.words import in_words

_invoices, _orders = period_kept("orders.invoice"), period_kept("orders.order")

room = Room(
    name="orders",
    groups=(NavigationGroup(key="orders", label=_("Orders"), order=10),),
    icons={"orders": "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6"},
    actions=LABELS,
    permissions=(SEE_ORDERS, CHANGE_ORDERS),
    roles=(
        TeamRole(
            name="orders",
            label=_("Orders only"),
            order=10,
            holds=(HOME, SEE_ORDERS, CHANGE_ORDERS, SEE_CATALOG).__contains__,
        ),
    ),
    scopes=("orders:read", "orders:write", "events:read"),
    schedule=(
        Periodic(
            name="tell merchants' servers of orders",
            every=timedelta(seconds=30),
            call="tradepost.orders.actions.remote.send_due_calls",
        ),
        Periodic(
            name="add up customers' orders again",
            every=timedelta(days=1),
            call="tradepost.orders.actions.totals.add_up_again",
            heavy=True,
        ),
    ),
    mail_templates=tuple(
        MailTemplate(name=f"orders/{name}", purpose=Purpose.ORDERS, service=True)
        for name in (
            "receipt",
            "paid",
            "dispatched",
            "cancelled",
            "approved",
            "taken_up_again",
            "notice",
            "notice_full",
            "notice_encrypted",
            "notice_refund_failed",
        )
    )
    # What the customer is owed, and asked for to get it (Art. 18(2) GDPR).
    + tuple(
        MailTemplate(name=f"orders/{name}", purpose=Purpose.LEGAL, service=True)
        for name in ("refund_due", "refunded", "refund_failed")
    ),
    keep_rules=retention.RULES,
    stores=(retention.EXPORTS, retention.COPIES),
    tiles=TILES,
    events=EVENTS,
    subscriptions=(
        Subscription(
            name="orders.ledger-line",
            to=LedgerLineWritten,
            call=receivers.ledger_line_written,
            in_transaction=True,
        ),
    ),
    extensions=(
        figures_kept.adding(totals.KEPT),
        row_names.adding({Order._meta.label_lower: names_in_record}),
        law.checks.adding(law_checks.CHECKS),
        people_told.adding({"buyers": segments.buyers_after}),
        closing.hooks.adding(remove_exports_of),
        closing.links.adding(order_links),
        closing.kept.adding(disputed_orders),
        closing.matter_sources.adding(waiting_orders),
        holds.adding(*retention.HOLDS),
        amount_columns.adding(segments.AMOUNTS),
        conditions_added(*segments.CONDITIONS),
        figures.adding(
            {
                "invoice_years": lambda merchant: round(_invoices(merchant).days / 365.25),
                "order_period": lambda merchant: in_words(_orders(merchant)),
            }
        ),
    ),
    first_steps=(
        FirstStep(
            title=_("Say who writes the invoices"),
            why=_("Your tax number and postal address have to stand on them."),
            url_name="orders_office:settings",
            done=lambda merchant: not missing_of_seller(merchant),
            order=45,
            missing=_("Invoices lack your tax number or address; many countries demand them."),
        ),
    ),
    processors=(
        Processor(
            id=PROCESSOR,
            name=_("The merchant's own server"),
            role=PartyRole.MERCHANT,
            what=KINDS,
            why=_(
                "a shop may have its orders told to its own server, which it names in its settings"
            ),
            purposes=(Purpose.ORDERS,),
            country=WHEREVER,
            safeguard=_(
                "the merchant is the controller of its orders; calls are signed and go over TLS"
            ),
            hosts=hosts,
            active=is_in_use,
            stand_in_allowed=this_machine_allowed,
        ),
    ),
    navigation=(
        NavigationEntry(
            group="orders",
            label=_("Orders"),
            url_name="orders_office:orders",
            permission=SEE_ORDERS,
            order=10,
            icon="orders",
        ),
        NavigationEntry(
            group="orders",
            label=_("Invoices"),
            url_name="orders_office:invoices",
            permission=SEE_ORDERS,
            order=11,
            icon="receipt",
        ),
        NavigationEntry(
            group="settings",
            label=_("Orders and invoices"),
            url_name="orders_office:settings",
            permission=SEE_SETTINGS,
            order=60,
            icon="settings",
        ),
        NavigationEntry(
            group="settings",
            label=_("Payment"),
            url_name="payments_office:gateways",
            permission=SEE_SETTINGS,
            order=61,
            icon="lock",
        ),
    ),
)
