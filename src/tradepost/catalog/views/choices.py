"""Options and variants of a product; works without JavaScript."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tradepost.catalog.actions.options import change_variants, set_options
from tradepost.catalog.forms import OptionsForm, VariantForm
from tradepost.catalog.models import Product, Variant
from tradepost.catalog.pages import product_links
from tradepost.catalog.queries import product_for_office, variants_of
from tradepost.catalog.types import CannotBeSaved
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.types import Permission


@office_view(Permission.CHANGE_CATALOG)
def options(request: MerchantRequest, product_id: str) -> HttpResponse:
    product = product_for_office(request.merchant, product_id)
    form = OptionsForm(product, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = set_options(product=product, options=form.options(), by=request.user)
        except CannotBeSaved as refused:
            form.add_error(None, str(refused))
        else:
            _tell(request, made)
            return redirect("catalog_office:options", request.merchant.handle, product_id)
    rows = [VariantForm(variant) for variant in variants_of(product)]
    return _page(request, product, form, rows, 400 if form.errors else 200)


@require_POST
@office_view(Permission.CHANGE_CATALOG)
def variants(request: MerchantRequest, product_id: str) -> HttpResponse:
    product = product_for_office(request.merchant, product_id)
    rows = [VariantForm(variant, request.POST) for variant in variants_of(product)]
    if not all(row.is_valid() for row in rows):
        return _page(request, product, OptionsForm(product), rows, 400)
    try:
        change_variants(
            product=product,
            changes={row.variant.pk: changes for row in rows if (changes := row.changes())},
            remove=[row.variant.pk for row in rows if row.cleaned_data["remove"]],
            by=request.user,
        )
    except CannotBeSaved as refused:
        next(row for row in rows if row.variant.pk == refused.row).add_error("sku", str(refused))
        return _page(request, product, OptionsForm(product), rows, 400)
    messages.success(request, _("The combinations are saved."))
    return redirect("catalog_office:options", request.merchant.handle, product_id)


def _tell(request: MerchantRequest, made: list[Variant]) -> None:
    if not made:
        messages.success(request, _("Saved. The product has no options now."))
        return
    text = ngettext(
        "Saved. There is %(count)d combination.",
        "Saved. There are %(count)d combinations.",
        len(made),
    )
    messages.success(request, text % {"count": len(made)})
    empty = sum(row.stock == 0 for row in made)
    if empty:
        text = ngettext(
            "%(count)d combination has no stock and counts as sold out: write below how many there are.",
            "%(count)d combinations have no stock and count as sold out: write below how many there are.",
            empty,
        )  # fmt: skip
        messages.warning(request, text % {"count": empty})


def _page(
    request: MerchantRequest,
    product: Product,
    form: OptionsForm,
    rows: list[VariantForm],
    status: int,
) -> HttpResponse:
    context = {"product": product, "form": form, "rows": rows}
    context["links"] = product_links(request, product)
    return render(request, "catalog/options.html", context, status=status)
