"""The gallery's forms show components and keep nothing (see ``datamap.collection``)."""

from tradepost.datamap.rooms import Room

room = Room(
    name="ui",
    url_prefix="ui/",
    not_collecting={
        "shows a component with made-up data": (
            "tradepost.ui.gallery.EmptyForm",
            "tradepost.ui.gallery.GalleryForm",
        ),
    },
)
