"""What the record calls the actions of checkout, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "checkout.delete_coupon": _("deleted a discount code"),
    "checkout.delete_delivery_method": _("deleted a way of delivery"),
    "checkout.rotate_link_key": _("renewed the key that signs links"),
    "checkout.save_cart_settings": _("changed the cart settings"),
    "checkout.save_coupon": _("saved a discount code"),
    "checkout.save_delivery_method": _("saved a way of delivery"),
}
