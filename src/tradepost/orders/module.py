"""Joins the orders room to the house."""

from tradepost.datamap.registry import register_keep_rule
from tradepost.datamap.vocabulary import KeepRule

register_keep_rule(
    KeepRule(
        id="orders.order",
        since="the merchant picks the order up; archived orders stay until deleted",
        why="an order is needed until it is delivered and the time for returns is over",
        carried_by="orders.retention",
    )
)
register_keep_rule(
    KeepRule(
        id="orders.invoice",
        since="the end of the year of the invoice",
        why="tax law wants invoices kept for the accounting term",
        carried_by="orders.retention",
    )
)
