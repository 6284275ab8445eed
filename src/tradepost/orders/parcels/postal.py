"""An order's address as it is printed: on pages, mails, invoices, packing slips."""

from django.utils.translation import get_language

from tradepost.lib.postal import PostalAddress, address_lines
from tradepost.merchants.models import Merchant
from tradepost.orders.models import OrderAddress


def printed_address(
    address: OrderAddress | None, merchant: Merchant, *, with_name: bool = True, language: str = ""
) -> list[str]:
    """Its lines, the country only for post abroad; in the active language unless another is given."""
    if address is None:
        return []
    given = PostalAddress(
        name=address.name if with_name else "",
        company=address.company if with_name else "",
        line1=address.line1,
        line2=address.line2,
        postcode=address.postcode,
        city=address.city,
        region=address.region,
        country=address.country,
    )
    language = language or get_language() or merchant.language
    return address_lines(given, sender=merchant.home_country, language=language)
