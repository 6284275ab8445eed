from django.urls import path

from tradepost.ui import views

app_name = "ui"

urlpatterns = [
    path("sheet-<slug:digest>.css", views.stylesheet, name="stylesheet"),
    path("", views.gallery, name="gallery"),
    path("office/", views.office, name="office"),
    path("plain/", views.plain, name="plain"),
    path("shop/", views.shop, name="shop"),
]
