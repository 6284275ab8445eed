"""Back office: how carts take links, what went wrong with them, delivery, discount codes."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradepost.audit.types import Actor
from tradepost.catalog.forms import ConfirmNameForm
from tradepost.catalog.types import CHANGE_CATALOG, SEE_CATALOG
from tradepost.checkout.actions.problems import clear_problems
from tradepost.checkout.actions.settings import (
    answer_old_pages,
    delete_coupon,
    delete_delivery_method,
    rotate_link_key,
    save_cart_settings,
    save_coupon,
    save_delivery_method,
)
from tradepost.checkout.dropin.page_signing import sign_page
from tradepost.checkout.dropin.signing import current_link_key
from tradepost.checkout.models import Coupon, DeliveryMethod
from tradepost.checkout.office.delivery_form import DeliveryForm
from tradepost.checkout.office.forms import (
    CartSettingsForm,
    CouponForm,
    OldPagesForm,
    SignPageForm,
)
from tradepost.checkout.queries import coupons_of, delivery_methods, link_problems, settings_of
from tradepost.checkout.types import LinkMode
from tradepost.merchants.access import (
    MerchantRequest,
    asks_password,
    asks_password_first,
    office_view,
)
from tradepost.merchants.types import CHANGE_SETTINGS, SEE_SETTINGS
from tradepost.ui.paging import page_of


@dataclass(frozen=True, kw_only=True)
class Question:
    """Asks for the name of what is about to be destroyed, before it is."""

    name: str
    heading: str
    text: str
    button: str
    back: str

    def answered(self, request: MerchantRequest) -> bool:
        return request.method == "POST" and ConfirmNameForm(self.name, request.POST).is_valid()

    def page(self, request: MerchantRequest) -> HttpResponse:
        form = ConfirmNameForm(self.name, request.POST or None)
        back = reverse(f"checkout_office:{self.back}", args=[request.merchant.handle])
        context = {"question": self, "form": form, "back": back}
        return render(request, "checkout/office/question.html", context)


@require_http_methods(["GET", "POST"])
@office_view(CHANGE_SETTINGS)
@asks_password_first
def cart_settings(request: MerchantRequest) -> HttpResponse:
    """Shows the link key and takes the old secret: with either one, prices can be signed for good."""
    merchant = request.merchant
    chosen = settings_of(merchant)
    form = CartSettingsForm(request.POST or None, settings=chosen)
    if form.is_valid():
        save_cart_settings(merchant=merchant, by=Actor.user(request.user), **form.values())
        messages.success(request, _("Saved."))
        return _to(request, "cart_settings")
    context = {
        "form": form,
        "link_key": current_link_key(merchant),
        "old_hash_used_at": chosen.old_hash_used_at,
        "has_old_secret": bool(chosen.old_secret),
        "problems": link_problems(merchant).count(),
    }
    return render(request, "checkout/office/cart_settings.html", context)


@require_http_methods(["GET", "POST"])
@office_view(CHANGE_SETTINGS)
def old_pages(request: MerchantRequest) -> HttpResponse:
    """Does the shop bring pages of another cart, and may they say prices? And a tool that signs them."""
    merchant = request.merchant
    form = OldPagesForm(request.POST if "choose" in request.POST else None)
    signing = SignPageForm(request.POST if "sign" in request.POST else None)
    if form.is_valid():
        answer_old_pages(
            merchant=merchant, by=Actor.user(request.user), mode=form.cleaned_data["choose"]
        )
        messages.success(request, _("Saved."))
        return _to(request, "old_pages")
    chosen = settings_of(merchant)
    context = {
        "form": form,
        "signing": signing,
        "signed": sign_page(merchant, signing.cleaned_data["page"]) if signing.is_valid() else None,
        "mode": LinkMode(chosen.mode),
        "is_answered": bool(chosen.old_pages_asked_at),
    }
    return render(request, "checkout/office/old_pages.html", context)


@require_http_methods(["GET", "POST"])
@office_view(CHANGE_SETTINGS)
@asks_password
def rotate(request: MerchantRequest) -> HttpResponse:
    question = Question(
        name=request.merchant.cart_username,
        heading=_("Make a new link key?"),
        text=_("Every link and form that was signed with the old key stops working at once."),
        button=_("Make a new key"),
        back="cart_settings",
    )
    if not question.answered(request):
        return question.page(request)
    rotate_link_key(merchant=request.merchant, by=Actor.user(request.user))
    messages.success(request, _("There is a new link key; links signed with the old one are void."))
    return _to(request, "cart_settings")


@require_safe
@office_view(SEE_CATALOG)
def problems(request: MerchantRequest) -> HttpResponse:
    page = page_of(link_problems(request.merchant), request, 50)
    return render(request, "checkout/office/problems.html", {"page": page})


@require_POST
@office_view(CHANGE_CATALOG)
def clear(request: MerchantRequest) -> HttpResponse:
    clear_problems(merchant=request.merchant)
    messages.success(request, _("The list is empty."))
    return _to(request, "problems")


@require_safe
@office_view(SEE_SETTINGS)
def deliveries(request: MerchantRequest) -> HttpResponse:
    context = {"methods": delivery_methods(request.merchant)}
    return render(request, "checkout/office/deliveries.html", context)


@require_http_methods(["GET", "POST"])
@office_view(CHANGE_SETTINGS)
def delivery(request: MerchantRequest, method_id: str = "") -> HttpResponse:
    """Change a way of delivery, or add one."""
    method = DeliveryMethod.get_or_404(method_id) if method_id else None
    form = DeliveryForm(request.POST or None, merchant=request.merchant, method=method)
    if not form.is_asking_for_more and form.is_valid():
        save_delivery_method(
            merchant=request.merchant,
            by=Actor.user(request.user),
            method=method,
            **form.cleaned_data,
        )
        messages.success(request, _("Saved."))
        return _to(request, "deliveries")
    return render(request, "checkout/office/delivery.html", {"form": form, "method": method})


@require_http_methods(["GET", "POST"])
@office_view(CHANGE_SETTINGS)
def remove_delivery(request: MerchantRequest, method_id: str) -> HttpResponse:
    method = DeliveryMethod.get_or_404(method_id)
    question = Question(
        name=method.name,
        heading=_("Delete %(name)s?") % {"name": method},
        text=_("Orders keep its name. To stop offering it for a while, untick it instead."),
        button=_("Delete for good"),
        back="deliveries",
    )
    if not question.answered(request):
        return question.page(request)
    delete_delivery_method(method=method, by=Actor.user(request.user))
    messages.success(request, _("%(name)s is deleted.") % {"name": method})
    return _to(request, "deliveries")


@require_http_methods(["GET", "POST"])
@office_view(CHANGE_CATALOG)
def coupons(request: MerchantRequest) -> HttpResponse:
    form = CouponForm(request.POST or None, currency=request.merchant.currency)
    if form.is_valid():
        save_coupon(merchant=request.merchant, by=Actor.user(request.user), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return _to(request, "coupons")
    context = {"form": form, "coupons": coupons_of(request.merchant)}
    return render(request, "checkout/office/coupons.html", context)


@require_http_methods(["GET", "POST"])
@office_view(CHANGE_CATALOG)
def remove_coupon(request: MerchantRequest, coupon_id: str) -> HttpResponse:
    coupon = Coupon.get_or_404(coupon_id)
    question = Question(
        name=coupon.code,
        heading=_("Delete %(name)s?") % {"name": coupon},
        text=_("Orders that used it keep their discount."),
        button=_("Delete for good"),
        back="coupons",
    )
    if not question.answered(request):
        return question.page(request)
    delete_coupon(coupon=coupon, by=Actor.user(request.user))
    messages.success(request, _("%(name)s is deleted.") % {"name": coupon})
    return _to(request, "coupons")


def _to(request: MerchantRequest, name: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"checkout_office:{name}", args=[request.merchant.handle]))
