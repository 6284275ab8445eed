"""The map of all addresses, by hand: who answers what.

``/office/<handle>/`` is the back office of one shop, ``/shop/<handle>/`` its storefront. A room lists
its back-office routes as ``office_urlpatterns`` and everything else as ``urlpatterns``.
"""

from importlib import import_module

from django.conf import settings
from django.conf.urls.static import static
from django.urls import URLPattern, URLResolver, include, path

from tradepost.config.api import api

Routes = list[URLPattern | URLResolver]


def office(room: str) -> Routes:
    routes: Routes = import_module(f"tradepost.{room}.urls").office_urlpatterns
    return [path("office/<slug:handle>/", include((routes, room), namespace=f"{room}_office"))]


urlpatterns: Routes = [
    path("api/v1/", api.urls),
    path("ui/", include("tradepost.ui.urls")),
    *office("checkout"),
    path("", include("tradepost.checkout.urls")),
]
if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
