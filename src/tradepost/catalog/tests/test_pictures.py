import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image, ImageFile

from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.photos import add_photo, change_photos, delete_photo
from tradepost.catalog.actions.products import create_product, delete_product
from tradepost.ui.drawing import pictures
from tradepost.ui.drawing.pictures import NotAPicture

pytestmark = pytest.mark.django_db


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "ACME Phone", 6
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)}
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "red").save(
        out, "JPEG", exif=exif, comment=b"anna@home.example", icc_profile=b"not a profile"
    )
    return out.getvalue()


def product_of(merchant):
    return create_product(merchant=merchant, by=SYSTEM, name="Belt", price_minor=6900)


def files_of(photo):
    return [default_storage.open(name).read() for name in photo.names]


def test_where_and_with_what_a_photo_was_taken_is_not_kept(in_scope):
    data = with_gps()
    assert b"ACME Phone" in data
    photo = add_photo(product=product_of(in_scope), data=data, alt="A belt", by=SYSTEM)
    for file in files_of(photo):
        assert b"ACME" not in file
        assert b"home.example" not in file
        with Image.open(io.BytesIO(file)) as opened:
            assert opened.format == "WEBP"
            assert not opened.getexif()
            assert not {"exif", "xmp", "icc_profile", "comment"} & set(opened.info)
    assert (photo.width, photo.height) == (600, 800)  # turned upright, as the camera said


def test_a_photo_is_kept_in_three_widths_and_never_blown_up(in_scope, jpeg):
    product = product_of(in_scope)
    large = add_photo(product=product, data=jpeg(2400, 1600), alt="", by=SYSTEM)
    small = add_photo(product=product, data=jpeg(200, 200), alt="", by=SYSTEM)
    assert large.widths == [320, 640, 1280]
    assert small.widths == [200]
    assert "640w" in large.srcset


def bomb() -> bytes:
    """60,000 × 60,000 pixels in a few hundred bytes."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    data = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.4",
        b"\xff\xd8\xff\xe0" + b"\0" * 200,
        b"GIF89a" + b"\xff" * 50,
        b"\0" * (pictures.MOST_BYTES + 1),
        bomb(),
    ],
    ids=["empty", "text", "svg", "html", "pdf", "broken jpeg", "broken gif", "too large", "bomb"],
)
def test_what_is_no_picture_is_refused_and_nothing_is_stored(in_scope, data, media):
    with pytest.raises(NotAPicture):
        add_photo(product=product_of(in_scope), data=data, alt="", by=SYSTEM)
    assert [path for path in media.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_every_kind_of_picture_that_is_taken_can_be_read(kind):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#803020").save(out, kind)
    assert pictures.decoded(out.getvalue(), 320).size == (40, 30)


@pytest.mark.parametrize("tolerant", [False, True], ids=["", "after the first invoice"])
def test_a_truncated_photo_is_refused(in_scope, jpeg, monkeypatch, tolerant):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", tolerant)
    with pytest.raises(NotAPicture):
        add_photo(product=product_of(in_scope), data=jpeg()[:-2000], alt="", by=SYSTEM)


def test_a_splinter_of_a_picture_is_refused(jpeg):
    with pytest.raises(NotAPicture):
        pictures.decoded(jpeg(2, 5000), 320)


def test_photos_are_served_to_everybody_for_good_and_as_pictures_only(in_scope, jpeg):
    photo = add_photo(product=product_of(in_scope), data=jpeg(), alt="", by=SYSTEM)
    answer = Client().get(photo.url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]
    assert not answer.cookies
    assert Client().post(photo.url).status_code == 405


@pytest.mark.parametrize(
    "name",
    [
        "../tradepost.sqlite3",
        "%2e%2e/tradepost.sqlite3",
        "a/products/../../secret_key",
        "a/imports/0123456789abcdef01234567.csv",
        "a/exports/0123456789abcdef01234567.csv",
        "a/products/0123456789abcdef01234567-320.webp",
        "a/products/0123456789abcdef01234567-320.webp\n",
    ],
)
def test_nothing_but_our_own_pictures_is_served(in_scope, media, name):
    for folder in ("imports", "exports"):
        (media / "a" / folder).mkdir(parents=True)
        (media / "a" / folder / "0123456789abcdef01234567.csv").write_text("secret")
    assert Client().get(f"/media/{name}").status_code == 404


def test_order_and_descriptions_change_together(in_scope, jpeg):
    product = product_of(in_scope)
    first, second = (
        add_photo(product=product, data=jpeg(), alt=alt, by=SYSTEM) for alt in ("one", "two")
    )
    change_photos(product=product, changes={first.pk: (2, "uno"), second.pk: (1, "due")}, by=SYSTEM)
    assert [photo.alt for photo in product.photos.all()] == ["due", "uno"]


def test_files_go_with_the_photo_and_with_the_product(
    in_scope, jpeg, media, django_capture_on_commit_callbacks
):
    product = product_of(in_scope)
    photos = [add_photo(product=product, data=jpeg(), alt="", by=SYSTEM) for _ in range(2)]
    with django_capture_on_commit_callbacks(execute=True):
        delete_photo(photo=photos[0], by=SYSTEM)
    assert product.photos.get().position == 0
    with django_capture_on_commit_callbacks(execute=True):
        delete_product(product=product, by=SYSTEM)
    assert [path for path in media.rglob("*") if path.is_file()] == []
