"""What a slice costs must not grow with the shop: its queries go by number, not through everybody."""

from django.db import connection

from tradepost.audit.types import Actor
from tradepost.campaigns.actions.start import start
from tradepost.delivery.models import Suppression
from tradepost.delivery.types import SuppressionReason

GROWING = ("audience_contact", "delivery_suppression", "delivery_handover")


def plan(sql, params):
    if connection.vendor != "sqlite":
        return []  # PostgreSQL plans by what is in a table; in three rows everything is near
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return [row[3] for row in cursor.fetchall()]


def test_no_query_of_a_slice_walks_through_the_shop(reader, letter_to, owner, send_all, shop):
    for number in range(3):
        reader(f"p{number}@people.example")
    Suppression.objects.create(merchant=shop, key="x" * 32, reason=SuppressionReason.MANUAL)
    start(campaign=letter_to(), by=Actor.user(owner))
    asked = []

    def listen(execute, sql, params, many, context):
        if sql.startswith(("SELECT", "WITH")):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        send_all()
    steps = [step for sql, params in asked for step in plan(sql, params)]
    assert len(asked) > 5
    for table in GROWING:
        assert not [step for step in steps if step.startswith(f"SCAN {table}")]
        assert not [step for step in steps if table in step and "(merchant_id=?)" in step]
