"""What power cuts, full disks, other programs and single bits make of a file that was good."""

import random
from collections.abc import Iterator


def damages(good: bytes, *, bits: int = 60, seed: int = 5) -> Iterator[bytes]:
    """The same every time: cut off, doubled, blanked, in another encoding, noise, and single bits."""
    chance = random.Random(seed)
    yield b""
    yield b"\0" * len(good)
    yield good[: len(good) // 2]
    yield good[: len(good) // 2] + b"\0" * (len(good) - len(good) // 2)
    yield good[len(good) // 2 :]
    yield good + good
    yield good[: len(good) // 3] + good
    yield good.decode("latin-1").encode("utf-16")
    yield b"\xef\xbb\xbf" + good
    yield b"null"
    yield b"[" * 100_000
    yield b"9" * 5_000
    for size in (1, 100, 100_000):
        yield chance.randbytes(size)
    for _ in range(bits if good else 0):
        flipped = bytearray(good)
        place = chance.randrange(len(good) * 8)
        flipped[place // 8] ^= 1 << place % 8
        yield bytes(flipped)
