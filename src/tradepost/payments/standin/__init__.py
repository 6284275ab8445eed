"""A stand-in for Stripe's API, for tests and the demo only. It moves no money and knows no cards.

It speaks HTTP to the official SDK: Checkout Sessions with a page to click through, PaymentIntents,
refunds, events, idempotency keys, and signed webhooks that can be held back, repeated and shuffled.
Its rules follow https://docs.stripe.com/api; what the product does not use is not here.
"""
