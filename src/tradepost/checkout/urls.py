"""Addresses of the checkout room. The drop-in ones are the old cart's and must not change."""

from django.urls import URLPattern, URLResolver, path

from tradepost.checkout.views import cart, checkout, dropin

app_name = "checkout"
urlpatterns: list[URLPattern | URLResolver] = [
    path("cf/add.cfm", dropin.add, name="add"),
    path("cf/addmulti.cfm", dropin.add, name="add_several"),
    path("cf/review.cfm", dropin.review, name="review"),
    path("buy/<slug:handle>/<str:sku>", dropin.buy, name="buy"),
    path("cart/<slug:token>/", cart.cart, name="cart"),
    path("checkout/<slug:token>/", checkout.checkout, name="checkout"),
    path("checkout/<slug:token>/terms/", checkout.terms, name="terms"),
]
office_urlpatterns: list[URLPattern | URLResolver] = []
