from typing import ClassVar

from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.catalog.models.declared import not_about_people
from tradepost.catalog.models.goods import Product
from tradepost.datamap.columns.typed import TypedCharField
from tradepost.merchants.models import MerchantRow


class Photo(MerchantRow):
    """A picture of a product, re-encoded by us: no metadata of the camera is left.

    Its files are ``<stem>-<width>.webp``, one for each of ``widths``, smallest first.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="photos")
    stem = models.CharField(max_length=200)
    widths: models.JSONField[list[int], list[int]] = models.JSONField(default=list)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = TypedCharField(_("description for people who do not see it"), max_length=200, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    source_url = models.CharField(max_length=1000, blank=True)  # where an import fetched it

    objects: ClassVar[models.Manager["Photo"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("position", "pk")

    class Privacy:
        not_personal = not_about_people(
            *("product", "stem", "widths", "width", "height", "alt", "position", "source_url")
        )

    def __str__(self) -> str:
        return self.alt or self.stem

    @property
    def names(self) -> list[str]:
        """The names of all its files in the storage."""
        return [f"{self.stem}-{width}.webp" for width in self.widths]

    @property
    def url(self) -> str:
        return default_storage.url(self.names[-1])

    @property
    def thumb_url(self) -> str:
        return default_storage.url(self.names[0])

    @property
    def srcset(self) -> str:
        pairs = zip(self.names, self.widths, strict=True)
        return ", ".join(f"{default_storage.url(name)} {width}w" for name, width in pairs)
