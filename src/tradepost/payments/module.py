"""Joins the payments room to the house."""

from tradepost.datamap.registry import register_keep_rule
from tradepost.datamap.vocabulary import KeepRule
from tradepost.payments.gateways import bank_transfer, on_delivery
from tradepost.payments.registry import register_gateway

for folder in (bank_transfer, on_delivery):
    register_gateway(folder.gateway)

register_keep_rule(
    KeepRule(
        id="payments.intent",
        since="the order that it pays goes",
        why="a payment can be given back, disputed and accounted for as long as its order is kept",
        carried_by="the order's own rule, which takes its payments along",
    )
)
