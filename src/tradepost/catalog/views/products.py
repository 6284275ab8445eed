"""Products in the back office: the list, the form, copying, deleting."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tradepost.audit.types import Actor
from tradepost.catalog.actions.photos import add_photo
from tradepost.catalog.actions.products import delete_product, duplicate_product
from tradepost.catalog.actions.saving import save_product
from tradepost.catalog.forms import ConfirmNameForm, ProductListForm
from tradepost.catalog.models import Product, Variant
from tradepost.catalog.product_page import ProductEditor
from tradepost.catalog.product_tabs import product_links
from tradepost.catalog.queries import (
    has_products,
    movements_of,
    office_products,
    product_for_office,
)
from tradepost.catalog.types import CHANGE_CATALOG, SEE_CATALOG, CannotBeSaved
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.ui.drawing.pictures import NotAPicture
from tradepost.ui.paging import page_of

_A_PAGE = 25


@office_view(SEE_CATALOG)
def listing(request: MerchantRequest) -> HttpResponse:
    form = ProductListForm(request.merchant, request.GET)
    rows = office_products(request.merchant, form.wanted())
    page = page_of(rows, request, _A_PAGE)
    context = {
        "form": form,
        "page": page,
        "empty": not page and not has_products(request.merchant),
        "may_change": request.membership.may(CHANGE_CATALOG),
    }
    return render(request, "catalog/products.html", context)


@office_view(CHANGE_CATALOG)
def new(request: MerchantRequest) -> HttpResponse:
    page = ProductEditor(request.merchant, None, request.POST or None, request.FILES or None)
    if request.method == "POST" and page.is_valid():
        product = _saved(request, page)
        if product:
            return redirect("catalog_office:product", request.merchant.handle, product.public_id)
    status = 400 if page.refused else 200
    return render(request, "catalog/new.html", {"page": page, "form": page.form}, status=status)


@office_view(CHANGE_CATALOG)
def edit(request: MerchantRequest, product_id: str) -> HttpResponse:
    """Everything about the product; one button saves all of it or, where something is wrong, nothing."""
    product = product_for_office(request.merchant, product_id)
    page = ProductEditor(request.merchant, product, request.POST or None, request.FILES or None)
    if request.method == "POST" and page.is_valid() and _saved(request, page):
        return redirect("catalog_office:product", request.merchant.handle, product_id)
    context = {"page": page, "form": page.form, "movements": movements_of(product)}
    return _page(request, product, "catalog/product.html", context, 400 if page.refused else 200)


def _saved(request: MerchantRequest, page: ProductEditor) -> Product | None:
    """None where the action refused; the page says why."""
    try:
        product, made = save_product(
            merchant=request.merchant,
            product=page.product,
            changes=page.changes(),
            by=Actor.user(request.user),
        )
    except CannotBeSaved as refused:
        page.refuse(refused)
        return None
    messages.success(request, _("%(name)s is saved.") % {"name": product.name})
    _tell_of_choices(request, made)
    _add_photos(request, product, page)
    return product


def _tell_of_choices(request: MerchantRequest, made: list[Variant] | None) -> None:
    empty = sum(row.stock == 0 for row in made or ())
    if empty:
        text = ngettext(
            "%(count)d combination has no stock and counts as sold out: write below how many there are.",
            "%(count)d combinations have no stock and count as sold out: write below how many there are.",
            empty,
        )  # fmt: skip
        messages.warning(request, text % {"count": empty})


def _add_photos(request: MerchantRequest, product: Product, page: ProductEditor) -> None:
    """Hang those that can be read, and say of each other one why not."""
    files, words = page.new_photos()
    added = 0
    for file in files:
        try:
            add_photo(
                product=product,
                data=file.read(),
                alt=words or product.name,
                by=Actor.user(request.user),
            )
            added += 1
        except NotAPicture as why:
            messages.error(request, f"{file.name}: {why}")
    if added:
        text = ngettext("%(count)d photo is added.", "%(count)d photos are added.", added)
        messages.success(request, text % {"count": added})


@require_POST
@office_view(CHANGE_CATALOG)
def duplicate(request: MerchantRequest, product_id: str) -> HttpResponse:
    product = product_for_office(request.merchant, product_id)
    copy = duplicate_product(product=product, by=Actor.user(request.user))
    messages.success(request, _("This is the copy. It is hidden until you show it."))
    return redirect("catalog_office:product", request.merchant.handle, copy.public_id)


@office_view(CHANGE_CATALOG)
def delete(request: MerchantRequest, product_id: str) -> HttpResponse:
    """Asks for the name: photos and counts are gone for good."""
    product = product_for_office(request.merchant, product_id)
    form = ConfirmNameForm(product.name, request.POST or None)
    if request.method == "POST" and form.is_valid():
        delete_product(product=product, by=Actor.user(request.user))
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
