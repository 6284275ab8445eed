"""Buy buttons and links of one product, to paste into any page."""

from django.http import HttpResponse
from django.shortcuts import render

from tradepost.catalog.product_tabs import product_links
from tradepost.catalog.queries import product_for_office
from tradepost.catalog.types import SEE_CATALOG
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.storefront.forms import ButtonForm
from tradepost.storefront.snippets import snippets


@office_view(SEE_CATALOG)
def buttons(request: MerchantRequest, product_id: str) -> HttpResponse:
    product = product_for_office(request.merchant, product_id)
    form = ButtonForm(request.GET or {"ask_quantity": "on"})
    words, ask_quantity, back = form.chosen()
    context = {
        "product": product,
        "links": product_links(request, product),
        "form": form,
        "snippets": snippets(
            product, request.merchant, words=words, ask_quantity=ask_quantity, back=back
        ),
    }
    return render(request, "storefront/buttons.html", context)
