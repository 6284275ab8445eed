"""What the record calls the actions of catalog, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "catalog.add_photo": _("added a photo"),
    "catalog.change_category": _("changed a category"),
    "catalog.change_photos": _("changed photos"),
    "catalog.change_price_settings": _("changed the settings for prices and tax"),
    "catalog.change_product": _("changed a product"),
    "catalog.change_variants": _("changed the variants of a product"),
    "catalog.count_stock": _("counted the stock"),
    "catalog.create_category": _("created a category"),
    "catalog.create_product": _("created a product"),
    "catalog.delete_category": _("deleted a category"),
    "catalog.delete_photo": _("deleted a photo"),
    "catalog.delete_product": _("deleted a product"),
    "catalog.delete_tax_rate": _("deleted a tax rate"),
    "catalog.export": _("exported products"),
    "catalog.import": _("imported products"),
    "catalog.look_through_import": _("looked through a file of products"),
    "catalog.set_options": _("set the choices of a product"),
    "catalog.set_tax_rate": _("set a tax rate"),
}
