"""Photos of a product."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tradepost.catalog.actions.photos import add_photo, change_photos, delete_photo
from tradepost.catalog.models import Photo, Product
from tradepost.catalog.pages import product_links
from tradepost.catalog.photo_forms import PhotosForm
from tradepost.catalog.queries import product_for_office
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.types import Permission
from tradepost.ui.pictures import NotAPicture


@office_view(Permission.CHANGE_CATALOG)
def photos(request: MerchantRequest, product_id: str) -> HttpResponse:
    product = product_for_office(request.merchant, product_id)
    form = PhotosForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        added = _add_all(request, product, form)
        if added:
            text = ngettext("%(count)d photo is added.", "%(count)d photos are added.", added)
            messages.success(request, text % {"count": added})
        if not form.errors:
            return redirect("catalog_office:photos", request.merchant.handle, product_id)
    context = {"product": product, "form": form, "photos": product.photos.all()}
    context["links"] = product_links(request, product)
    return render(request, "catalog/photos.html", context, status=400 if form.errors else 200)


def _add_all(request: MerchantRequest, product: Product, form: PhotosForm) -> int:
    """Add those that can be read, and say of each other one why not; returns how many hang now."""
    files = form.cleaned_data["pictures"]
    alt = form.cleaned_data["alt"] or product.name
    refused = []
    for file in files:
        try:
            add_photo(product=product, data=file.read(), alt=alt, by=request.user)
        except NotAPicture as why:
            refused.append(f"{file.name}: {why}")
    for text in refused:
        form.add_error("pictures", text)
    return len(files) - len(refused)


@require_POST
@office_view(Permission.CHANGE_CATALOG)
def order(request: MerchantRequest, product_id: str) -> HttpResponse:
    """Order and descriptions of all photos at once."""
    product = product_for_office(request.merchant, product_id)
    changes = {}
    for photo in product.photos.all():
        place = request.POST.get(f"place-{photo.public_id}", "")
        number = int(place) if place.isdecimal() and len(place) < 5 else photo.position
        changes[photo.pk] = (number, request.POST.get(f"alt-{photo.public_id}", photo.alt))
    change_photos(product=product, changes=changes, by=request.user)
    messages.success(request, _("Order and descriptions are saved."))
    return redirect("catalog_office:photos", request.merchant.handle, product_id)


@require_POST
@office_view(Permission.CHANGE_CATALOG)
def delete(request: MerchantRequest, product_id: str, photo_id: str) -> HttpResponse:
    product = product_for_office(request.merchant, product_id)
    photo = Photo.get_or_404(photo_id, product=product)
    photo.product = product
    delete_photo(photo=photo, by=request.user)
    messages.success(request, _("The photo is deleted."))
    return redirect("catalog_office:photos", request.merchant.handle, product_id)
