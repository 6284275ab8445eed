"""The shelves of the shop."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tradepost.audit.types import Actor
from tradepost.catalog.actions.categories import (
    change_category,
    create_category,
    delete_category,
)
from tradepost.catalog.forms import CategoryForm, ConfirmNameForm
from tradepost.catalog.models import Category
from tradepost.catalog.queries import all_shelves
from tradepost.catalog.types import CHANGE_CATALOG, CannotBeSaved
from tradepost.merchants.access import MerchantRequest, office_view


@office_view(CHANGE_CATALOG)
def listing(request: MerchantRequest) -> HttpResponse:
    form = CategoryForm(request.merchant, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            create_category(
                merchant=request.merchant, by=Actor.user(request.user), **form.cleaned_data
            )
        except CannotBeSaved as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("The category is made."))
            return redirect("catalog_office:categories", request.merchant.handle)
    context = {"form": form, "shelves": all_shelves(request.merchant)}
    return render(request, "catalog/categories.html", context, status=400 if form.errors else 200)


@office_view(CHANGE_CATALOG)
def edit(request: MerchantRequest, category_id: str) -> HttpResponse:
    category = Category.get_or_404(category_id, merchant=request.merchant)
    category.merchant = request.merchant
    form = CategoryForm(request.merchant, request.POST or None, category)
    if request.method == "POST" and form.is_valid():
        try:
            change_category(category=category, by=Actor.user(request.user), **form.cleaned_data)
        except CannotBeSaved as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": category.name})
            return redirect("catalog_office:categories", request.merchant.handle)
    context = {"form": form, "category": category}
    return render(request, "catalog/category.html", context, status=400 if form.errors else 200)


@office_view(CHANGE_CATALOG)
def delete(request: MerchantRequest, category_id: str) -> HttpResponse:
    category = Category.get_or_404(category_id, merchant=request.merchant)
    category.merchant = request.merchant
    form = ConfirmNameForm(category.name, request.POST or None)
    if request.method == "POST" and form.is_valid():
        delete_category(category=category, by=Actor.user(request.user))
        messages.success(request, _("The category is deleted; its products stay."))
        return redirect("catalog_office:categories", request.merchant.handle)
    context = {"form": form, "category": category}
    return render(
        request, "catalog/delete_category.html", context, status=400 if form.errors else 200
    )
