"""Settings → Shop front."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, office_view
from tradepost.merchants.types import CHANGE_SETTINGS
from tradepost.storefront.actions.fronts import (
    change_front,
    change_texts,
    set_banner,
    set_logo,
    set_logo_dark,
)
from tradepost.storefront.forms import FrontForm, FrontPicturesForm, TextsForm
from tradepost.storefront.models import picture_url
from tradepost.storefront.queries import front_of, text_of
from tradepost.storefront.shop_layout import address
from tradepost.storefront.types import TextKind
from tradepost.ui.drawing.pictures import NotAPicture

_PICTURES = (("logo", set_logo), ("logo_dark", set_logo_dark), ("banner", set_banner))


@office_view(CHANGE_SETTINGS)
def front(request: MerchantRequest) -> HttpResponse:
    form = FrontForm(front_of(request.merchant), request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_front(merchant=request.merchant, by=Actor.user(request.user), **form.cleaned_data)
        messages.success(request, _("The shop front is saved; visitors see it at once."))
        return redirect("storefront_office:front", request.merchant.handle)
    return _page(request, form, FrontPicturesForm())


@office_view(CHANGE_SETTINGS)
def texts(request: MerchantRequest) -> HttpResponse:
    """Settings → Terms and imprint."""
    merchant = request.merchant
    known = {kind.value: text_of(merchant, kind) for kind in TextKind}
    form = TextsForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        change_texts(merchant=merchant, by=Actor.user(request.user), **form.cleaned_data)
        messages.success(request, _("The texts are saved; visitors see them at once."))
        return redirect("storefront_office:texts", merchant.handle)
    missing = [kind.label for kind in TextKind if not known[kind.value]]
    return render(request, "storefront/texts.html", {"form": form, "missing": missing})


@require_POST
@office_view(CHANGE_SETTINGS)
def pictures(request: MerchantRequest) -> HttpResponse:
    form = FrontPicturesForm(request.POST, request.FILES)
    if form.is_valid():
        for field, change in _PICTURES:
            file, remove = form.cleaned_data[field], form.cleaned_data[f"remove_{field}"]
            if not file and not remove:
                continue
            try:
                data = file.read() if file else None
                change(merchant=request.merchant, data=data, by=Actor.user(request.user))
            except NotAPicture as refused:
                form.add_error(field, str(refused))
    if form.errors:
        return _page(request, FrontForm(front_of(request.merchant)), form)
    messages.success(request, _("The pictures are saved."))
    return redirect("storefront_office:front", request.merchant.handle)


def _page(request: MerchantRequest, form: FrontForm, pictures: FrontPicturesForm) -> HttpResponse:
    row = front_of(request.merchant)
    context = {
        "form": form,
        "pictures": pictures,
        "front": row,
        "preview_url": reverse("storefront:preview_theme", args=[row.accent[1:].lower()]),
        "logo_url": picture_url(row.logo),
        "logo_dark_url": picture_url(row.logo_dark),
        "banner_url": picture_url(row.banner),
        "shop_url": address("home", request.merchant),
    }
    status = 400 if form.errors or pictures.errors else 200
    return render(request, "storefront/front.html", context, status=status)
