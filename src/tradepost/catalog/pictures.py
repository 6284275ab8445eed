"""A shop's pictures in the storage: each in several widths, under a name nobody can guess."""

import io
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from tradepost.ui.drawing.pictures import decoded

PHOTO_WIDTHS = (320, 640, 1280)
FOLDERS = ("products", "front")
# What the media view hands out: our own names in our own folders, nothing else that is stored.
NAME = re.compile(rf"[A-Za-z0-9_-]+/(?:{'|'.join(FOLDERS)})/[0-9a-f]{{24}}-[0-9]{{1,4}}\.webp")


@dataclass(frozen=True)
class StoredPicture:
    """Files ``<stem>-<width>.webp``; ``width`` and ``height`` are the largest one's."""

    stem: str
    widths: list[int]
    width: int
    height: int

    @property
    def names(self) -> list[str]:
        return [f"{self.stem}-{width}.webp" for width in self.widths]


@dataclass(frozen=True)
class EncodedPicture:
    """The files of a picture by their width, not yet stored; ``height`` is the largest one's."""

    files: Mapping[int, bytes]
    height: int


def store_picture(
    data: bytes, *, owner: str, folder: str, widths: Sequence[int] = PHOTO_WIDTHS
) -> StoredPicture:
    """Draw the picture anew in several widths (never larger than it is) and put it into the storage.

    Raises:
        NotAPicture: too large, damaged, or of a kind that is not taken.
    """
    return store_encoded(encode_picture(data, widths), owner=owner, folder=folder)


def encode_picture(data: bytes, widths: Sequence[int] = PHOTO_WIDTHS) -> EncodedPicture:
    """Raises: NotAPicture."""
    picture = decoded(data, max(widths))
    wanted = sorted({min(width, picture.width) for width in widths}, reverse=True)
    files = {}
    height = picture.height
    for width in wanted:
        picture = _scaled(picture, width)
        height = picture.height if width == wanted[0] else height
        files[width] = _encoded(picture)
    return EncodedPicture(files, height)


def store_encoded(encoded: EncodedPicture, *, owner: str, folder: str) -> StoredPicture:
    stem = f"{owner}/{folder}/{secrets.token_hex(12)}"
    for width, content in encoded.files.items():
        default_storage.save(f"{stem}-{width}.webp", ContentFile(content))
    widths = sorted(encoded.files)
    return StoredPicture(stem, widths, widths[-1], encoded.height)


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
