"""The map of all addresses, put together from the rooms; ``tradepost urls`` prints it.

``/office/<handle>/`` is the back office of one shop, ``/shop/<handle>/`` its storefront. A room lists
its back-office routes as ``office_urlpatterns`` and everything else as ``urlpatterns``.
"""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

from tradepost.config.web import health
from tradepost.datamap.rooms import Room
from tradepost.modules.registry import packages, rooms

Routes = list[URLPattern | URLResolver]


def routes_of(room: Room) -> Routes:
    """The room's own addresses below its prefix, and those in each shop's back office."""
    package = f"{packages[room.name]}.urls"
    if not find_spec(package):
        return []
    urls = import_module(package)
    routes: Routes = []
    if hasattr(urls, "urlpatterns"):
        routes.append(path(room.url_prefix, include(package)))
    offices = {room.name: getattr(urls, "office_urlpatterns", [])}
    for name, office in (offices | getattr(urls, "offices_of_lower_rooms", {})).items():
        included = include((office, name), namespace=f"{name}_office")
        routes.append(path("office/<slug:handle>/", included))
    return routes


urlpatterns: Routes = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    # By name, so that a process that answers no call never builds the API and its schemas.
    URLResolver(
        RoutePattern("api/v1/"), "tradepost.config.api_urls", app_name="ninja", namespace="api"
    ),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
]
for one in sorted(rooms.values(), key=lambda room: room.url_order):
    urlpatterns += routes_of(one)

handler500 = "tradepost.ui.errors.server_error"
