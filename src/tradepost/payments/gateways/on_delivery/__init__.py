"""Payment on delivery: cash to the carrier or at the counter."""

from tradepost.payments.gateways.on_delivery.gateway import OnDelivery

gateway = OnDelivery()
