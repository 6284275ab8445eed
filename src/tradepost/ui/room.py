"""The gallery's forms show components and keep nothing (see ``datamap.collection``)."""

from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import BrowserKey, Room

room = Room(
    name="ui",
    url_prefix="ui/",
    browser_keys=(
        BrowserKey(
            name="tradepost-theme",
            purpose=_("your choice of light or dark, once you have made one"),
            life=_("until you choose the device's own again, or clear the browser"),
        ),
        BrowserKey(
            name="htmx-current-path-for-history",
            purpose=_("which page of the cart, the checkout or the office to return to"),
            life=_("ends with the tab"),
        ),
    ),
    not_collecting={
        "shows a component with made-up data": (
            "tradepost.ui.gallery.EmptyForm",
            "tradepost.ui.gallery.GalleryForm",
        ),
    },
)
