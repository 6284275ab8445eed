"""Addresses of the catalogue: the pictures for everybody, all else in the back office."""

from django.urls import path, re_path

from tradepost.catalog.views import categories, lists, media, products, taxes

app_name = "catalog"
urlpatterns = [re_path(r"^media/(?P<name>[A-Za-z0-9_/.-]{1,160})$", media.picture, name="media")]

_ONE = "products/one/<str:product_id>/"
office_urlpatterns = [
    path("products/", products.listing, name="products"),
    path("products/new/", products.new, name="new"),
    path("products/import/", lists.imports, name="imports"),
    path("products/import/<str:import_id>/", lists.look, name="import"),
    path("products/import/<str:import_id>/start/", lists.start, name="start_import"),
    path("products/export/", lists.export, name="export"),
    path("products/export/<str:job_id>/", lists.export_file, name="export_file"),
    path("products/categories/", categories.listing, name="categories"),
    path("products/categories/<str:category_id>/", categories.edit, name="category"),
    path(
        "products/categories/<str:category_id>/delete/", categories.delete, name="delete_category"
    ),
    path(_ONE, products.edit, name="product"),
    path(_ONE + "duplicate/", products.duplicate, name="duplicate"),
    path(_ONE + "delete/", products.delete, name="delete"),
    path("settings/prices/", taxes.prices, name="taxes"),
    path("settings/prices/rates/", taxes.add_rate, name="add_rate"),
    path("settings/prices/rates/<str:rate_id>/delete/", taxes.delete_rate, name="delete_rate"),
]
