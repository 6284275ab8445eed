"""Pictures in letters."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.typed import TypedCharField
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow


def picture_path(picture: "Picture", name: str) -> str:
    """The uploaded name says nothing and stays out."""
    ending = name.rsplit(".", 1)[-1].lower()
    return f"letters/{picture.merchant.public_id}/{secrets.token_hex(12)}.{ending}"


class Picture(MerchantRow):
    """A picture for letters, re-encoded by us, on our own host: reading it tells nobody else."""

    file = models.FileField(_("picture"), upload_to=picture_path, max_length=200)
    alt = TypedCharField(_("description for people who do not see it"), max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["Picture"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("-pk",)

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "file": "a picture that the merchant publishes; metadata is stripped",
            "alt": "words about a published picture",
            "width": "size",
            "height": "size",
            "uploaded_at": "age of the picture",
        }

    def __str__(self) -> str:
        return self.alt

    @property
    def path(self) -> str:
        _room, shop, name = str(self.file.name).split("/")
        return reverse("campaigns:picture", args=[shop, name])

    @property
    def url(self) -> str:
        """Whole, because a mail has no page it could be relative to."""
        return f"{settings.TRADEPOST.base_url}{self.path}"
