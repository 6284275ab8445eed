"""Pictures for letters: read, made small enough for mail, written anew without their metadata."""

import io

from django.core.files.base import ContentFile, File
from django.db import models, transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from tradepost.audit.actions import record
from tradepost.campaigns.models import Picture
from tradepost.campaigns.types import CampaignError
from tradepost.merchants.models import Merchant

LARGEST_UPLOAD = 12 * 1024 * 1024
MOST_PIXELS = 50_000_000
WIDEST = 1280  # twice the 640 px that a letter is wide
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class UnusablePicture(CampaignError):
    """The upload is no picture we can use; the text says why."""


def add_picture(
    *, merchant: Merchant, upload: File[bytes], alt: str, by: models.Model | str
) -> Picture:
    """Raises: UnusablePicture."""
    content, ending, size = _encoded(upload)
    with transaction.atomic():
        picture = Picture(merchant=merchant, alt=alt[:200], width=size[0], height=size[1])
        picture.file.save(f"picture.{ending}", ContentFile(content), save=False)
        picture.save()
        record(actor=by, action="campaigns.add_picture", target=picture, merchant_id=merchant.pk)
    return picture


def delete_picture(*, picture: Picture, by: models.Model | str) -> None:
    """The file goes too; letters that show it show its description."""
    with transaction.atomic():
        record(
            actor=by,
            action="campaigns.delete_picture",
            target=picture,
            merchant_id=picture.merchant_id,
        )
        picture.delete()
        name = str(picture.file.name)
        transaction.on_commit(lambda: picture.file.storage.delete(name))


def _encoded(upload: File[bytes]) -> tuple[bytes, str, tuple[int, int]]:
    """JPEG, or PNG where something shows through. WebP is not written: Outlook cannot read it."""
    if (upload.size or 0) > LARGEST_UPLOAD:
        raise UnusablePicture(_("The picture is larger than 12 MB."))
    try:
        with Image.open(upload, formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise UnusablePicture(_("The picture has more than 50 million pixels."))
            image = ImageOps.exif_transpose(opened)
            image.thumbnail((WIDEST, WIDEST * 4))
            see_through = "A" in image.getbands() or "transparency" in image.info
            made = image.convert("RGBA" if see_through else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise UnusablePicture(
            _("This is no picture that can be read; JPEG, PNG, GIF and WebP can.")
        ) from None
    out = io.BytesIO()
    if see_through:
        made.save(out, "PNG", optimize=True)
        return out.getvalue(), "png", made.size
    made.save(out, "JPEG", quality=82, progressive=True)
    return out.getvalue(), "jpg", made.size
