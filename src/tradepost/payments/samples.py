"""A made-up shop for the promises' checks; it goes with the transaction it was made in."""

import secrets

from tradepost.merchants.models import Merchant


def shop() -> Merchant:
    name = f"promise-{secrets.token_hex(6)}"
    return Merchant.objects.create(
        name="Promise check",
        handle=name,
        contact_email="shop@promise-check.example",
        country="DE",
        website=f"https://{name}.promise-check.example",
    )
