"""A mark is found however it is packed."""

import base64
import gzip
import io
import quopri
import re
import zipfile
import zlib

import pytest
from openpyxl import Workbook

from tradepost.assurance.whole.oracles.places import marks_in

MARK = "zq0a1b2c3dp007"
PATTERN = re.compile(r"zq0a1b2c3d[a-z]\d{3}", re.IGNORECASE)
PLAIN = f"Dear {MARK.upper()}, thank you for everything".encode()


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside/list.csv", data)
    return file.getvalue()


def spreadsheet() -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.active.append([MARK])
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        zipped(PLAIN),
        zipped(zipped(PLAIN)),
        spreadsheet(),
        gzip.compress(PLAIN),
        zlib.compress(PLAIN),
        b"%PDF-1.7\n1 0 obj<<>>stream\n" + zlib.compress(PLAIN) + b"\nendstream",
        quopri.encodestring(b"=" * 40 + b"\xc3\xa4" * 20 + PLAIN),
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(PLAIN * 3),
        base64.urlsafe_b64encode(zlib.compress(PLAIN)),
        PLAIN.hex().encode(),
        PLAIN.decode().encode("utf-16-le") * 5,
    ],
    ids=["plain", "zip", "zip in zip", "xlsx", "gzip", "zlib", "pdf", "quoted-printable", "base64",
         "packed session", "hexadecimal", "utf-16"],
)  # fmt: skip
def test_a_mark_is_found_inside(data):
    assert marks_in(data, PATTERN) == {MARK}


def test_what_is_not_there_is_not_found():
    assert marks_in(zipped(b"nobody" * 100), PATTERN) == set()
