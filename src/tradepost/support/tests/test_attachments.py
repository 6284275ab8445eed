"""Packed files: what hides in them, and what is no file at all."""

import io
import random
import zipfile

import pytest

from tradepost.support.attachments import kind_of

ODT = "application/vnd.oasis.opendocument.text"


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        if names[0] == "mimetype":
            made.writestr("mimetype", ODT)
        for name in names:
            if name != "mimetype":
                made.writestr(name, "x")
    return out.getvalue()


def test_documents_are_known_by_the_names_inside():
    assert kind_of(packed("word/document.xml")).endswith("wordprocessingml.document")
    assert kind_of(packed("mimetype", "content.xml")) == ODT
    assert kind_of(packed("readme.txt")) is None


@pytest.mark.parametrize(
    "names",
    [
        ("word/document.xml", "word/vbaProject.bin"),
        ("mimetype", "content.xml", "Basic/Standard/Module1.xml"),
        ("mimetype", "content.xml", "Scripts/python/run.py"),
        ("word/document.xml", *(f"media/{number}" for number in range(2000)), "vbaProject.bin"),
        ("word/document.xml", "setup.EXE"),
    ],
    ids=["macro", "basic", "script", "behind many", "program"],
)
def test_no_program_comes_along(names):
    assert kind_of(packed(*names)) is None


def test_a_damaged_packed_file_is_of_no_kind_and_no_error():
    whole, chance = packed("word/document.xml"), random.Random(5)
    directory = whole.index(b"PK\x01\x02")
    claimed = bytearray(whole)
    claimed[directory + 6] = 255  # the version of the format that it takes to unpack it
    assert kind_of(bytes(claimed)) is None
    for _turn in range(3000):
        damaged = bytearray(whole)
        for _byte in range(chance.randint(1, 6)):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        kind_of(bytes(damaged))
