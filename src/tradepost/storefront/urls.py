"""Addresses of the shop window, and of its settings in the back office."""

from django.urls import path

from tradepost.storefront.views import adding, buttons, front, machines, shop

app_name = "storefront"
urlpatterns = [
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemaps, name="sitemaps"),
    path("shop-theme/<slug:accent>.css", machines.theme, name="theme"),
    path("shop-theme/dark/<slug:accent>.css", machines.theme, {"dark": True}, name="dark_theme"),
    path("shop-theme/preview/<slug:accent>.css", machines.preview_theme, name="preview_theme"),
    path("shop/<slug:handle>/", shop.home, name="home"),
    path("shop/<slug:handle>/all/", shop.everything, name="everything"),
    path("shop/<slug:handle>/search/", shop.search, name="search"),
    path("shop/<slug:handle>/sitemap.xml", machines.sitemap, name="sitemap"),
    path("shop/<slug:handle>/category/<str:slug>/", shop.category, name="category"),
    path("shop/<slug:handle>/about/<slug:kind>/", shop.text, name="text"),
    path("shop/<slug:handle>/product/<str:slug>/", shop.product, name="product"),
    path("shop/<slug:handle>/product/<str:slug>/add/", adding.add, name="add"),
]
office_urlpatterns = [
    path("settings/shop/", front.front, name="front"),
    path("settings/texts/", front.texts, name="texts"),
    path("settings/shop/pictures/", front.pictures, name="pictures"),
    path("products/one/<str:product_id>/buttons/", buttons.buttons, name="buttons"),
]
