"""Photos of a product: taken in, described, put in order, taken away."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.catalog.actions.version import content_changed
from tradepost.catalog.models import Photo, Product
from tradepost.catalog.pictures import StoredPicture, delete_files, store_picture
from tradepost.ui.drawing.pictures import NotAPicture

MOST_PHOTOS = 20
FOLDER = "products"


def add_photo(*, product: Product, data: bytes, alt: str, by: Actor, source_url: str = "") -> Photo:
    """Draw the picture anew in up to three widths and hang it behind the others.

    The files are written first: they survive a rollback, which leaves files nobody names, never
    rows without files.

    Raises:
        NotAPicture: the data is no picture we take, or the product has enough of them.
    """
    if product.photos.count() >= MOST_PHOTOS:
        raise NotAPicture(_("A product can have %(most)d photos.") % {"most": MOST_PHOTOS})
    stored = store_picture(data, owner=product.merchant.public_id, folder=FOLDER)
    return hang_photo(product=product, stored=stored, alt=alt, by=by, source_url=source_url)


def hang_photo(
    *, product: Product, stored: StoredPicture, alt: str, by: Actor, source_url: str = ""
) -> Photo:
    """The second half of :func:`add_photo`, for files that are there."""
    with transaction.atomic():
        last = product.photos.order_by("-position").values_list("position", flat=True).first()
        photo = Photo.objects.create(
            merchant=product.merchant,
            product=product,
            stem=stored.stem,
            widths=stored.widths,
            width=stored.width,
            height=stored.height,
            alt=" ".join(alt.split())[:200],
            position=0 if last is None else last + 1,
            source_url=source_url[:1000],
        )
        _note(product, by, "catalog.add_photo")
    return photo


def change_photos(*, product: Product, changes: Mapping[int, tuple[int, str]], by: Actor) -> None:
    """``(position, alt)`` by row number. Equal positions keep their former order."""
    with transaction.atomic():
        photos = list(product.photos.filter(pk__in=changes))
        photos.sort(key=lambda photo: (changes[photo.pk][0], photo.position, photo.pk))
        for place, photo in enumerate(photos):
            photo.position, photo.alt = place, " ".join(changes[photo.pk][1].split())[:200]
            photo.save(update_fields=["position", "alt"])
        _note(product, by, "catalog.change_photos")


def delete_photo(*, photo: Photo, by: Actor) -> None:
    """The row and, once that is certain, its files."""
    product, names = photo.product, photo.names
    with transaction.atomic():
        photo.delete()
        for place, left in enumerate(product.photos.all()):
            Photo.objects.filter(pk=left.pk).update(position=place)  # lists show number 0
        _note(product, by, "catalog.delete_photo")
        transaction.on_commit(lambda: delete_files(names))


def _note(product: Product, by: Actor, action: str) -> None:
    record(actor=by, action=action, target=product, merchant_id=product.merchant_id)
    content_changed(merchant=product.merchant)
