"""Uploaded pictures. What comes from outside is measured before it is decoded, then drawn anew.

Metadata (place, camera, owner, preview) has no way into the result. Colours of wide-gamut cameras
are brought to sRGB first, since the profile goes, too.
"""

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

# What a telephone of today takes: 50 megapixels (decoded, 150 MB).
MOST_BYTES = 20_000_000
MOST_PIXELS = 52_000_000
MOST_ASPECT = 20
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF")


class NotAPicture(ValueError):
    """An upload is no picture we take; the text says why, for the person who sent it."""


def decoded(data: bytes, widest: int) -> Image.Image:
    """The picture upright, in sRGB, without metadata, at most about twice ``widest`` wide.

    Raises:
        NotAPicture
    """
    if len(data) > MOST_BYTES:
        limit = MOST_BYTES // 1_000_000
        raise NotAPicture(_("The picture is larger than %(limit)d MB.") % {"limit": limit})
    # WeasyPrint turns this on for the whole process when it is imported, for the first invoice.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.init()  # ``formats`` may only name plugins that are loaded
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
