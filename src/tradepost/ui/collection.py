"""The gallery's forms show components and keep nothing (see ``datamap.collection``)."""

from tradepost.datamap.collection import register_not_collecting

register_not_collecting(
    "shows a component with made-up data",
    "tradepost.ui.gallery.EmptyForm",
    "tradepost.ui.gallery.ProductForm",
)
