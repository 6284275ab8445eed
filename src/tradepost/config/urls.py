"""The map of all addresses, by hand: who answers what.

``/office/<handle>/`` is the back office of one shop, ``/shop/<handle>/`` its storefront. A room lists
its back-office routes as ``office_urlpatterns`` and everything else as ``urlpatterns``.
"""

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path

from tradepost.backoffice.urls import jobs_urlpatterns
from tradepost.config.api import api

Routes = list[URLPattern | URLResolver]


def office(room: str) -> Routes:
    routes: Routes = import_module(f"tradepost.{room}.urls").office_urlpatterns
    return [path("office/<slug:handle>/", include((routes, room), namespace=f"{room}_office"))]


urlpatterns: Routes = [
    # What is asked for most stands first: the resolver tries one after the other.
    path("", include("tradepost.storefront.urls")),
    path("api/v1/", api.urls),
    path("", include("tradepost.backoffice.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("account/", include("tradepost.identity.urls")),
    path("", include("tradepost.merchants.urls")),
    path("operator/", include("tradepost.operator.urls")),
    *office("merchants"),
    path("office/<slug:handle>/", include((jobs_urlpatterns, "jobs"), namespace="jobs_office")),
    path("ui/", include("tradepost.ui.urls")),
    path("caught/", include("tradepost.delivery.urls")),
    *office("privacy"),
    path("", include("tradepost.privacy.urls")),
    *office("payments"),
    path("", include("tradepost.payments.urls")),
    *office("orders"),
    path("", include("tradepost.orders.urls")),
    *office("catalog"),
    path("", include("tradepost.catalog.urls")),
    *office("storefront"),
    *office("checkout"),
    path("", include("tradepost.checkout.urls")),
    *office("audience"),
    path("", include("tradepost.audience.urls")),
    *office("campaigns"),
    path("", include("tradepost.campaigns.urls")),
]
handler500 = "tradepost.ui.errors.server_error"
# Last of the back office: it answers the bare address of the shop.
urlpatterns += office("backoffice")
