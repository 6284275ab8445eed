"""Payment by card and more through Stripe's hosted page; no script of theirs enters ours."""

from tradepost.payments.gateways.stripe.gateway import StripeGateway

gateway = StripeGateway()
