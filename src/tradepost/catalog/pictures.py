"""Uploaded pictures → small clean ones. What comes from outside is measured before it is decoded.

Every picture is drawn anew: metadata (place, camera, owner, preview) has no way into the result.
Colours of wide-gamut cameras are brought to sRGB first, since the profile goes, too.
"""

import io
import re
import secrets
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from tradepost.catalog.types import NotAPicture

MOST_BYTES = 12_000_000
MOST_PIXELS = 40_000_000
MOST_ASPECT = 20
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "MPO", "BMP", "TIFF")
PHOTO_WIDTHS = (320, 640, 1280)
FOLDERS = ("products", "front")
# What the media view hands out: our own names in our own folders, nothing else that is stored.
NAME = re.compile(rf"[A-Za-z0-9_-]+/(?:{'|'.join(FOLDERS)})/[0-9a-f]{{24}}-[0-9]{{1,4}}\.webp")


@dataclass(frozen=True)
class Stored:
    """Files ``<stem>-<width>.webp``; ``width`` and ``height`` are the largest one's."""

    stem: str
    widths: list[int]
    width: int
    height: int

    @property
    def names(self) -> list[str]:
        return [f"{self.stem}-{width}.webp" for width in self.widths]


def store_picture(
    data: bytes, *, owner: str, folder: str, widths: Sequence[int] = PHOTO_WIDTHS
) -> Stored:
    """Draw the picture anew in several widths (never larger than it is) and put it into the storage.

    Raises:
        NotAPicture: too large, damaged, or of a kind that is not taken.
    """
    picture = decoded(data, max(widths))
    wanted = sorted({min(width, picture.width) for width in widths})
    stem = f"{owner}/{folder}/{secrets.token_hex(12)}"
    height = picture.height
    for width in reversed(wanted):
        picture = _scaled(picture, width)
        height = picture.height if width == wanted[-1] else height
        default_storage.save(f"{stem}-{width}.webp", ContentFile(_encoded(picture)))
    return Stored(stem, wanted, wanted[-1], height)


def decoded(data: bytes, widest: int) -> Image.Image:
    """The picture upright, in sRGB, without metadata, at most about twice ``widest`` wide.

    Raises:
        NotAPicture
    """
    if len(data) > MOST_BYTES:
        limit = MOST_BYTES // 1_000_000
        raise NotAPicture(_("The picture is larger than %(limit)d MB.") % {"limit": limit})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                _check_size(opened)
                opened.draft("RGB", (widest, widest))
                return _plain(opened)
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture(_too_many_pixels()) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, OverflowError):
        raise NotAPicture(
            _("This file is not a picture that can be read; send JPEG, PNG, WebP or GIF.")
        ) from None
    except Exception as error:  # Pillow's decoders raise what they like on broken files
        raise NotAPicture(_("This picture is damaged.")) from error


def delete_files(names: Sequence[str]) -> None:
    for name in names:
        default_storage.delete(name)


def delete_all_of(owner: str) -> int:
    """Delete every picture of a shop; returns how many files went. Safe to repeat."""
    count = 0
    for folder in FOLDERS:
        place = f"{owner}/{folder}"
        if not default_storage.exists(place):
            continue
        _folders, names = default_storage.listdir(place)
        for name in names:
            default_storage.delete(f"{place}/{name}")
        count += len(names)
    return count


def _check_size(opened: Image.Image) -> None:
    """From the header alone: nothing has been unpacked yet."""
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise NotAPicture(_too_many_pixels())
    if not width or not height or max(width, height) > MOST_ASPECT * min(width, height):
        raise NotAPicture(_("This picture is too narrow to be shown."))


def _too_many_pixels() -> str:
    limit = MOST_PIXELS // 1_000_000
    return _("The picture has more than %(limit)d million pixels.") % {"limit": limit}


def _plain(opened: Image.Image) -> Image.Image:
    profile = opened.info.get("icc_profile")
    upright = ImageOps.exif_transpose(opened)
    sees_through = "A" in upright.getbands() or "transparency" in upright.info
    picture = upright.convert("RGBA" if sees_through else "RGB")
    if profile and not sees_through:
        picture = _in_srgb(picture, profile)
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    return clean


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """A profile that cannot be used (CMYK, grey, damaged) is left out of account."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        found = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, TypeError):
        return picture
    return found or picture


def _scaled(picture: Image.Image, width: int) -> Image.Image:
    if picture.width == width:
        return picture
    height = max(round(picture.height * width / picture.width), 1)
    return picture.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _encoded(picture: Image.Image) -> bytes:
    """WebP at an effort that keeps an upload of many photos quick (method 1 of 6)."""
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=1)
    return out.getvalue()
