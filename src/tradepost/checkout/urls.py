"""Addresses of the checkout room. The drop-in ones are the old cart's and must not change."""

from django.urls import URLPattern, URLResolver, path

from tradepost.checkout.views import cart, checkout, dropin, office

app_name = "checkout"
urlpatterns: list[URLPattern | URLResolver] = [
    path("cf/add.cfm", dropin.add, name="add"),
    path("cf/addmulti.cfm", dropin.add, name="add_several"),
    path("cf/review.cfm", dropin.review, name="review"),
    path("cf/voucher.cfm", dropin.voucher, name="voucher"),
    path("buy/<slug:handle>/<path:sku>", dropin.buy, name="buy"),
    path("cart/<slug:token>/", cart.cart, name="cart"),
    path("checkout/<slug:token>/", checkout.checkout, name="checkout"),
    path("checkout/<slug:token>/terms/", checkout.terms, name="terms"),
]
office_urlpatterns: list[URLPattern | URLResolver] = [
    path("products/cart/", office.cart_settings, name="cart_settings"),
    path("products/cart/old-pages/", office.old_pages, name="old_pages"),
    path("products/cart/new-key/", office.rotate, name="rotate"),
    path("products/cart/problems/", office.problems, name="problems"),
    path("products/cart/problems/clear/", office.clear, name="clear"),
    path("products/codes/", office.coupons, name="coupons"),
    path("products/codes/<str:coupon_id>/delete/", office.remove_coupon, name="remove_coupon"),
    path("settings/delivery/", office.deliveries, name="deliveries"),
    path("settings/delivery/add/", office.delivery, name="add_delivery"),
    path("settings/delivery/<str:method_id>/", office.delivery, name="delivery"),
    path(
        "settings/delivery/<str:method_id>/delete/",
        office.remove_delivery,
        name="remove_delivery",
    ),
]
