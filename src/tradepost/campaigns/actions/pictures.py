"""Pictures for letters: read, made small enough for mail, written anew without their metadata."""

import io
import re
from collections.abc import Mapping
from html import escape

from django.core.files.base import ContentFile, File
from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.campaigns.models import Picture
from tradepost.merchants.models import Merchant
from tradepost.ui.drawing.pictures import NotAPicture, decoded

WIDEST = 1280  # twice the 640 px that a letter is wide


def add_picture(*, merchant: Merchant, upload: File[bytes], alt: str, by: Actor) -> Picture:
    """Raises: NotAPicture."""
    content, ending, size = _encoded(upload)
    with transaction.atomic():
        picture = Picture(merchant=merchant, alt=alt[:200], width=size[0], height=size[1])
        picture.file.save(f"picture.{ending}", ContentFile(content), save=False)
        picture.save()
        record(actor=by, action="campaigns.add_picture", target=picture, merchant_id=merchant.pk)
    return picture


def bring_pictures(
    *,
    merchant: Merchant,
    body: str,
    uploads: Mapping[str, File[bytes]],
    by: Actor,
) -> tuple[str, list[str]]:
    """Put uploaded pictures where addresses of other hosts stand (address → file).

    Returns the new body, and a sentence for each file that is no picture; its address stays.
    """
    refused: list[str] = []
    for address, upload in uploads.items():
        try:
            picture = add_picture(
                merchant=merchant, upload=upload, alt=_described(body, address), by=by
            )
        except NotAPicture as error:
            refused.append(str(error))
            continue
        for written in (address, escape(address)):
            body = body.replace(written, picture.url)
    return body, refused


def _described(body: str, address: str) -> str:
    """What the writer says of it: ``![words](address)``, or ``alt="words"`` in the same tag."""
    before, _address, after = body.partition(address)
    if markdown := re.search(r"!\[([^\[\]]*)\]\($", before[-300:]):
        return markdown[1]
    tag = before[-300:].rpartition("<")[2] + after[:300].partition(">")[0]
    described = re.search(r"\balt=\"([^\"]*)\"", tag)
    return described[1] if described else ""


def delete_picture(*, picture: Picture, by: Actor) -> None:
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
    picture = decoded(upload.read(), WIDEST)
    picture.thumbnail((WIDEST, WIDEST * 4))
    out = io.BytesIO()
    if picture.mode == "RGBA":
        picture.save(out, "PNG", optimize=True)
        return out.getvalue(), "png", picture.size
    picture.save(out, "JPEG", quality=82, progressive=True)
    return out.getvalue(), "jpg", picture.size
