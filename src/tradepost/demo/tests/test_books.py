"""The demo's orders are written in bulk; they must be what a shop's own acts would have left."""

import re
from functools import partial

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django_scopes import scope, scopes_disabled

from tradepost.audit.types import PERSON, Actor
from tradepost.demo.actions.books import write_orders
from tradepost.demo.actions.people import create_contacts, create_team
from tradepost.demo.actions.sales import CARRIER, Step, stories
from tradepost.demo.actions.shop import create_shelves, offer_payment
from tradepost.lib import clock
from tradepost.orders.actions.announce import Announcer
from tradepost.orders.actions.cancel import cancel
from tradepost.orders.actions.create import create_order
from tradepost.orders.actions.handle import accept, archive, dispatch
from tradepost.orders.actions.pay import mark_paid, request_payment
from tradepost.orders.models import CustomerTotal

COUNT = 60  # two are cancelled, ten wait, half are accepted one by one
TOKEN = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])")
# Triggers write these, anew with each order of the customer: their row numbers say how often.
ORDER = {CustomerTotal: ["email", "currency"]}
TO_NOBODY = Announcer()
ACTS = {
    Step.PAID: partial(mark_paid, announce=TO_NOBODY),
    Step.ACCEPTED: accept,
    Step.DISPATCHED: partial(dispatch, carrier=CARRIER, announce=TO_NOBODY),
    Step.CANCELLED: partial(cancel, restock=False, announce=TO_NOBODY),
    Step.ARCHIVED: archive,
}


def act_out(merchant, owner, told):
    for story in told:
        draft = story.draft
        with clock.at(story.placed_at):
            order = create_order(
                merchant=merchant,
                lines=draft.lines,
                customer=draft.customer,
                addresses=draft.addresses,
                totals=draft.totals,
                payment_method=draft.payment_method,
                source=draft.source,
                key=story.key,
                by=PERSON,
                announce=TO_NOBODY,
                details=draft.details,
            )
            request_payment(order=order)
        for moment, step in story.steps:
            with clock.at(moment):
                ACTS[step](order=order, by=Actor.user(owner))


def every_row():
    """Of every table, with the tokens, which are random, taken out."""
    found = {}
    with scopes_disabled():
        for model in apps.get_models(include_auto_created=True):
            rows = model._base_manager.order_by(*ORDER.get(model, ["pk"])).values()
            found[model._meta.label] = [
                {
                    name: TOKEN.sub("…", it) if isinstance(it, str) else it
                    for name, it in row.items()
                    if not (name == "id" and model in ORDER)
                }
                for row in rows
                if not row.get("session_key")
            ]
    return found


@pytest.mark.django_db
def test_orders_in_bulk_are_what_acts_one_by_one_leave():
    now = clock.now()
    merchant, owner = create_team()
    found = []
    with scope(merchant=merchant):
        create_contacts(merchant, now)
        offer_payment(merchant, owner)
        told = list(stories(merchant, create_shelves(merchant, owner), now, COUNT))
        for write in (write_orders, act_out):
            number_anew()
            with transaction.atomic():
                write(merchant, owner, told)
                found.append(every_row())
                transaction.set_rollback(True)
    in_bulk, one_by_one = found
    for table, rows in one_by_one.items():
        assert in_bulk[table] == rows, table
    assert len(one_by_one["orders.Order"]) == COUNT
    assert len(one_by_one["orders.Invoice"]) > COUNT / 2


def number_anew():
    """PostgreSQL's sequences go on after a rollback, also that of an earlier test; SQLite's do not."""
    statements = connection.ops.sequence_reset_sql(no_style(), apps.get_models())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
