"""Products in the back office: the list, the form, copying, deleting."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradepost.catalog.actions.products import (
    change_product,
    create_product,
    delete_product,
    duplicate_product,
)
from tradepost.catalog.forms import ConfirmNameForm, ListForm, ProductForm
from tradepost.catalog.models import Product
from tradepost.catalog.pages import product_links
from tradepost.catalog.queries import (
    has_products,
    movements_of,
    office_products,
    product_for_office,
)
from tradepost.catalog.types import CannotBeSaved
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.types import Permission

_A_PAGE = 25


@office_view(Permission.SEE_CATALOG)
def listing(request: MerchantRequest) -> HttpResponse:
    form = ListForm(request.merchant, request.GET)
    rows = office_products(request.merchant, form.wanted())
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "empty": not page.paginator.count and not has_products(request.merchant),
        "may_change": request.membership.may(Permission.CHANGE_CATALOG),
    }
    return render(request, "catalog/products.html", context)


@office_view(Permission.CHANGE_CATALOG)
def new(request: MerchantRequest) -> HttpResponse:
    form = ProductForm(request.merchant, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            product = create_product(
                merchant=request.merchant, by=request.user, **form.cleaned_data
            )
        except CannotBeSaved as refused:
            form.refuse(refused.field, str(refused))
        else:
            messages.success(request, _("The product is made. Now give it photos."))
            return redirect("catalog_office:photos", request.merchant.handle, product.public_id)
    return render(request, "catalog/new.html", {"form": form}, status=400 if form.errors else 200)


@office_view(Permission.CHANGE_CATALOG)
def edit(request: MerchantRequest, product_id: str) -> HttpResponse:
    product = product_for_office(request.merchant, product_id)
    form = ProductForm(request.merchant, request.POST or None, product)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_product(product=product, by=request.user, **form.changes())
        except CannotBeSaved as refused:
            form.refuse(refused.field, str(refused))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": changed.name})
            return redirect("catalog_office:product", request.merchant.handle, product_id)
    context = {"form": form, "movements": movements_of(product)}
    return _page(request, product, "catalog/product.html", context, 400 if form.errors else 200)


@require_POST
@office_view(Permission.CHANGE_CATALOG)
def duplicate(request: MerchantRequest, product_id: str) -> HttpResponse:
    product = product_for_office(request.merchant, product_id)
    copy = duplicate_product(product=product, by=request.user)
    messages.success(request, _("This is the copy. It is hidden until you show it."))
    return redirect("catalog_office:product", request.merchant.handle, copy.public_id)


@office_view(Permission.CHANGE_CATALOG)
def delete(request: MerchantRequest, product_id: str) -> HttpResponse:
    """Asks for the name: photos and counts are gone for good."""
    product = product_for_office(request.merchant, product_id)
    form = ConfirmNameForm(product.name, request.POST or None)
    if request.method == "POST" and form.is_valid():
        delete_product(product=product, by=request.user)
        messages.success(request, _("%(name)s is deleted.") % {"name": product.name})
        return redirect("catalog_office:products", request.merchant.handle)
    return _page(
        request, product, "catalog/delete.html", {"form": form}, 400 if form.errors else 200
    )


def _page(
    request: MerchantRequest,
    product: Product,
    template: str,
    context: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    known = {"product": product, "links": product_links(request, product)}
    return render(request, template, known | context, status=status)
